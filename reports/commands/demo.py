"""What `parent-intent demo` does: a study with made-up answers put into a folder, to print and change."""

from __future__ import annotations

from pathlib import Path

from reports.folder.results import write_together
from reports.folder.run_record import CODE
from survey import read_study
from survey.errors import ReportError
from survey.messages.lines import Say, line

# Beside the packages in a checkout, and where they are installed from a wheel.
DEMONSTRATION = CODE / "data" / "taiyuan" / "study.toml"
RESULTS = "results"


def write_demonstration(folder: Path, *, say: Say = print) -> Path:
    """Return the study file of the demonstration, written to a folder with every file that it names.

    Raises
    ------
    ReportError
        If one of the files exists already; nothing is overwritten.
    """
    files = {path.name: path.read_bytes() for path in read_study(DEMONSTRATION).inputs}
    for name in files:
        if (folder / name).exists():
            raise ReportError(str(folder / name), key="output.demo_exists")
    for path in write_together(folder, files):
        say(line("files.wrote", file=path))
    return folder / DEMONSTRATION.name
