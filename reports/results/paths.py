"""Paths as they are written into files that other systems read too."""

from __future__ import annotations

import os
from pathlib import PurePath


def from_folder(path: PurePath, folder: PurePath) -> str:
    """Return a path from a folder on, with slashes; whole where Windows keeps the two on different drives."""
    try:
        found = os.path.relpath(path, folder)
    except ValueError:
        found = str(path)
    return found.replace(os.sep, "/")
