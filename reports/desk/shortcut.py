"""A shortcut to the desk on the desktop, in the form of the system."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from reports.desk.words import desk_words
from reports.folder.results import write_together
from survey.errors import ReportError

FORMS = {
    "win32": ("{name}.bat", '@start "" "{program}"\r\n'),
    "darwin": ("{name}.command", '#!/bin/sh\nexec "{program}"\n'),
    "linux": (
        "{name}.desktop",
        '[Desktop Entry]\nType=Application\nName={name}\nExec="{program}"\nTerminal=false\n',
    ),
}


def put_shortcut(folder: Path | None = None, *, language: str, system: str = sys.platform) -> Path:
    """Return the shortcut, written to the desktop or another folder.

    Raises
    ------
    ReportError
        If there is no such folder.
    """
    folder = Path.home() / "Desktop" if folder is None else folder
    beside = Path(sys.executable).with_name(
        "parent-intent-desk.exe" if system == "win32" else "parent-intent-desk"
    )
    program = str(beside if beside.exists() else shutil.which("parent-intent-desk") or beside)
    if not folder.is_dir():
        raise ReportError(str(folder), key="desk.no_desktop", program=program)
    name = desk_words(language)("brand")
    file, text = FORMS.get(system, FORMS["linux"])
    data = text.format(name=name, program=program).encode("mbcs" if sys.platform == "win32" else "utf-8")
    (written,) = write_together(folder, {file.format(name=name): data})
    if system != "win32":
        written.chmod(0o755)
    return written
