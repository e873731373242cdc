"""Tasks for the child of a desk that take as long as a test says, and fail as it says."""

import os
import time

from survey.errors import Place, SeveralErrors, StudyError


def check(folder, *, say):
    say(f"checking {folder.name}")
    (folder / "checks.txt").open("a").write(f"{folder.name}\n")
    return os.getpid()


def report(folder, *, say):
    say({"step": "begun"})
    (folder / "begun").touch()
    while not (folder / "go on").exists():
        time.sleep(0.01)
    say({"step": "ended"})
    return "made"


def verify(folder, *, say):
    first = StudyError(Place("study.toml", ("waves", 0)), key="left.days")
    second = StudyError(Place("study.toml", ("study",)), key="left.placeholder", text="待填", name="title")
    raise SeveralErrors([first, second])


def preview(folder, language, *, say):
    raise ValueError("a secret answer")


def draft(folder, *paths, say):
    os._exit(3)
