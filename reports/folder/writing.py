"""Writing files so that a failure leaves the old ones as they were."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from survey.errors import ReportError


def write_together(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Return the paths of files written to a folder: all of them whole, or none at all.

    Every file is first written in full under another name; only then are they moved into place. A name
    may begin with one folder, such as "charts/overall.svg".

    Raises
    ------
    ReportError
        If the folder cannot be made or written to.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            handle, part = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
            staged.append((Path(part), target))
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(part).chmod(0o644)
        for part_path, place in staged:
            part_path.replace(place)
    except OSError as error:
        raise ReportError(
            str(folder),
            f"cannot be written to ({error.strerror})",
            "choose another folder with --out, or free the space",
        ) from None
    finally:
        for part_path, _ in staged:
            part_path.unlink(missing_ok=True)
    return [target for _, target in staged]
