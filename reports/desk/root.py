"""The folder of studies: which there are, where their files lie, and names that are safe for files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.desk.words import desk_words
from survey.errors import SurveyError
from survey.study.toml_table import LANGUAGES, read_toml

STUDY = "study.toml"
LONGEST = 80
# Names that Windows keeps for devices, whatever follows the dot.
DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
UNSAFE = re.compile(r"[^A-Za-z0-9\u3400-\u9fff._-]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A study in the folder of studies.

    Attributes
    ----------
    id : str
        The name of its folder, by which pages call it.
    """

    id: str
    file: Path

    @property
    def folder(self) -> Path:
        """Where everything of the study lies."""
        return self.file.parent

    @property
    def out(self) -> Path:
        """Where its results lie."""
        return self.folder / "out"

    @property
    def answers(self) -> Path:
        """Where copies of its downloads lie."""
        return self.folder / "answers"

    @property
    def desk(self) -> Path:
        """What the desk alone keeps, such as the history; made when asked for."""
        return private(self.folder / ".desk")

    def data(self) -> bytes:
        """Return the study file as it is."""
        return self.file.read_bytes()

    def sha(self) -> str:
        """Return the sha256 of the study file, by which a change made elsewhere is noticed."""
        return hashlib.sha256(self.data()).hexdigest()

    def values(self) -> dict[str, Any]:
        """Return what the study file holds, judged by nothing; empty where it is no TOML."""
        try:
            return dict(read_toml(self.file))
        except SurveyError:
            return {}


def private(folder: Path) -> Path:
    """Return a folder that only its owner reads, made where it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def usual_root(language: str) -> Path:
    """Return the folder of studies in the user's documents; of another language's name if that is there."""
    home = Path.home()
    documents = next((p for p in (home / "Documents", home / "文档") if p.is_dir()), home)
    there = [documents / name for name in map(_name, LANGUAGES) if (documents / name).is_dir()]
    return there[0] if there else documents / _name(language)


def _name(language: str) -> str:
    """Return the name of the folder of studies in a language."""
    return desk_words(language)("root.name")


def studies(root: Path) -> Iterator[Kept]:
    """Yield the studies of a folder, newest change first; links are not followed."""
    found = []
    for folder in root.iterdir() if root.is_dir() else ():
        file = folder / STUDY
        if folder.name.startswith(".") or folder.is_symlink() or file.is_symlink() or not file.is_file():
            continue
        found.append(Kept(folder.name, file))
    yield from sorted(found, key=lambda kept: kept.file.stat().st_mtime_ns, reverse=True)


def find(root: Path, id: str) -> Kept | None:
    """Return the study of a name, looked up among those there are; None for none."""
    return next((kept for kept in studies(root) if kept.id == id), None)


def new_id(root: Path, year: int) -> str:
    """Return the name of a new study's folder, such as "study-2024" or "study-2024-2"."""
    name, number = f"study-{year}", 1
    while (root / name).exists():
        number += 1
        name = f"study-{year}-{number}"
    return name


def safe_name(name: str) -> str:
    """Return a file's name without what could lead elsewhere or mean something to a system.

    Examples
    --------
    >>> safe_name("../答卷 2024.xlsx")
    '答卷-2024.xlsx'
    >>> safe_name("CON.csv")
    'file-CON.csv'
    """
    plain = UNSAFE.sub("-", name.replace("\\", "/").rsplit("/", 1)[-1]).lstrip(".-").rstrip(".- ")
    stem, dot, ending = plain.rpartition(".")
    plain = stem[: LONGEST - len(ending) - 1].rstrip(".-") + dot + ending if dot else plain[:LONGEST]
    if not plain or len(plain) > LONGEST:
        plain = plain[:LONGEST] or "file"
    return f"file-{plain}" if plain.split(".")[0].casefold() in DEVICES else plain
