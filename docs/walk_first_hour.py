"""Walk docs/first-hour as it is printed and put its real screens into the pages (make first-hour)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
PAGES = {"zh": DOCS / "first-hour.zh.md", "en": DOCS / "first-hour.md"}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`(my-survey/[\w.-]+)`[^`]*\Z")


def edited(study: str, lines: str) -> tuple[str, int]:
    """Return a study file with each line in place of that of its key, commented out or not, and how many."""
    asked = [line for line in lines.splitlines() if line.strip()]
    for line in asked:
        key = line.split(" = ", 1)[0]
        study, found = re.subn(rf"(?m)^(?:# )?{key} = .*$", lambda _, line=line: line, study, count=1)
        if not found:
            raise ValueError(f"{key} is not in the draft")
    return study, len(asked)


def run(command: str, folder: Path, language: str) -> str:
    """Return what a line of a shell prints, in a checkout's folder."""
    words = command.replace(".venv/bin/parent-intent", f"{sys.executable} -m reports.cli")
    known = {**os.environ, "PYTHONPATH": str(ROOT), "PARENT_INTENT_LANG": language, "COLUMNS": "120"}
    ran = subprocess.run(
        words, shell=True, cwd=folder, env=known, capture_output=True, encoding="utf-8", check=False
    )
    if ran.returncode:
        raise ValueError(f"{command}: {ran.stderr}")
    return ran.stdout


def walk(language: str, folder: Path) -> tuple[str, int]:
    """Return a page with the screens that its commands print in the folder, and the lines and tables written.

    Its sh blocks are run in order, toml blocks are lines of the study file, csv blocks files named just
    before them; each text block is what the commands since the one before printed.
    """
    page, printed, edits = PAGES[language].read_text(encoding="utf-8"), "", 0
    shutil.copytree(ROOT / "data", folder / "data")
    study = folder / "my-survey" / "study.toml"

    def real(block: re.Match[str]) -> str:
        nonlocal printed, edits
        kind, body = block.groups()
        if kind == "text":
            body, printed = printed, ""
        elif kind == "sh":
            printed += "".join(run(line, folder, language) for line in body.splitlines())
        elif kind == "toml":
            text, lines = edited(study.read_text(encoding="utf-8"), body)
            study.write_text(text, encoding="utf-8")
            edits += lines
        elif found := FILE.search(page[: block.start()]):
            (folder / found[1]).write_text(body, encoding="utf-8")
            edits += 1
        return f"```{kind}\n{body}```"

    return BLOCK.sub(real, page), edits


def main() -> None:
    """Write both pages anew."""
    for language, path in PAGES.items():
        with tempfile.TemporaryDirectory() as folder:
            page, edits = walk(language, Path(folder))
        path.write_text(page, encoding="utf-8")
        sys.stdout.write(f"{path.name}: {edits} lines and tables written by hand\n")


if __name__ == "__main__":
    main()
