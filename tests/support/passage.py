"""Print the product modules that one report passes through: passage.py STUDY --out FOLDER."""

import inspect
import sys
import threading
from pathlib import Path

from reports import cli

ROOT = Path(cli.__file__).parents[1]
PACKAGES = ("survey", "analysis", "reports")
ran = set()


def note(frame, event, _argument):
    """Keep what a called function was compiled from; a module's or a class's own lines are no function."""
    if event == "call" and frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        ran.add(frame.f_code)


if __name__ == "__main__":
    threading.setprofile(note)
    sys.setprofile(note)
    status = cli.main(["report", *sys.argv[1:]])
    sys.setprofile(None)
    files = {Path(code.co_filename) for code in ran}
    for name in sorted(f"{p.relative_to(ROOT)}" for p in files if p.is_relative_to(ROOT)):
        if name.split("/")[0] in PACKAGES:
            print(f"passed {name}")
    sys.exit(status)
