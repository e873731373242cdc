"""What a result was made from, and whether it is still current: hashes, never the clock.

Knows only the standard library, so that a run with nothing to do ends at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from reports.results.paths import from_folder

PACKAGES = ("numpy", "pandas", "scipy", "python-calamine")
PRINTERS = (
    "matplotlib",
    "typst",
    "pylopdf-fonts-zh-cn",
    "pikepdf",
    "xlsxwriter",
    "python-docx",
    "python-pptx",
)
CODE = Path(__file__).resolve().parents[2]
# Folders with what a person reads at the screen.
SCREEN = {"messages", "help", "desk"}


def sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes; of a folder, over the names and hashes of its files."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file())
        lines = (f"{sha256(p)}  {p.relative_to(path).as_posix()}\n" for p in files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_of(data: bytes) -> str:
    """Return the sha256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def code_files(*packages: str) -> list[Path]:
    """Return the source files of packages, sorted; what the screen shows decides no result."""
    kinds = (".py", ".typ", ".toml", ".css")
    found = sorted(p for name in packages for p in (CODE / name).rglob("*") if p.suffix in kinds)
    return [p for p in found if not SCREEN & {*p.relative_to(CODE).parts}]


def code_hash(*packages: str) -> str:
    """Return one sha256 over the source files of packages."""
    digest = hashlib.sha256()
    for path in code_files(*packages):
        digest.update(path.relative_to(CODE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def versions(names: Iterable[str]) -> dict[str, str]:
    """Return the versions of installed packages; those not installed are left out."""
    installed = {}
    for name in names:
        try:
            installed[name] = version(name)
        except PackageNotFoundError:
            continue
    return installed


def printers(extras: Iterable[str]) -> dict[str, str]:
    """Return the versions of the packages that print, with those of the files made beside the pages."""
    return versions([*PRINTERS, *(["duckdb"] if "parquet" in extras else [])])


def present(paths: Iterable[Path]) -> list[Path]:
    """Return the paths at which there is a file or folder; a name that the system refuses is left out."""
    existing = []
    for path in paths:
        try:
            if path.is_file() or path.is_dir():
                existing.append(path)
        except OSError:
            continue
    return existing


def input_hashes(study: Path, inputs: Iterable[Path]) -> dict[str, str]:
    """Return the sha256 of each input by its path from the study's folder."""
    hashes = {}
    for path in inputs:
        try:
            hashes[from_folder(path, study.parent)] = sha256(path)
        except OSError as error:
            # Imported late: that results are up to date is said without loading anything else.
            from survey.errors import ReportError

            raise ReportError(
                str(path),
                key="output.no_input" if isinstance(error, FileNotFoundError) else "output.unreadable_input",
                reason=error.strerror,
            ) from None
    return hashes


def short(hashes: Mapping[str, str]) -> str:
    """Return file names with the first eight characters of their sha256, for print."""
    return ", ".join(f"{Path(name).name} {value[:8]}" for name, value in hashes.items())


def read_run(out: Path) -> dict[str, Any]:
    """Return the run record of a folder; empty if there is none that can be read."""
    try:
        record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def printed_files(record: Mapping[str, Any]) -> dict[str, str]:
    """Return the files that a run record says were printed, with their sha256."""
    briefings = record.get("briefings")
    hashes = briefings.get("sha256") if isinstance(briefings, dict) else None
    return dict(hashes) if isinstance(hashes, dict) else {}


def weight_files(record: Mapping[str, Any]) -> list[str]:
    """Return the names of the files of weights that a run wrote."""
    estimates = record.get("estimates")
    named = estimates.get("weights") if isinstance(estimates, dict) else None
    return [str(name) for name in named] if isinstance(named, list) else []


def run_bytes(record: Mapping[str, Any]) -> bytes:
    """Return a run record as the bytes of run.json."""
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def estimates_current(out: Path, study: Path) -> bool:
    """Say whether the estimates of a folder come from these inputs, sources and packages as they are."""
    record = read_run(out).get("estimates", {})
    inputs = record.get("inputs", {})
    files = [study.parent / name for name in inputs]
    table = out / "estimates.csv"
    try:
        return (
            bool(inputs)
            and not record.get("databases")
            and study.resolve() in {f.resolve() for f in files}
            and record["code"] == code_hash("survey", "analysis")
            and record["packages"] == versions(PACKAGES)
            and inputs == input_hashes(study, files)
            and record["sha256"] == sha256(table)
            and _newer(table, [*files, *code_files("survey", "analysis")])
        )
    except (OSError, KeyError, TypeError):
        return False


def briefings_current(out: Path, extras: Iterable[str] = (), groups: str = "") -> bool:
    """Say whether the briefings of a folder were printed from its estimates by the sources as they are.

    Parameters
    ----------
    extras : iterable of str
        What must have been made beside them, such as "word".
    groups : str
        The question of which each group must have a page; "" for none.
    """
    record = read_run(out).get("briefings", {})
    printed = record.get("sha256", {})
    try:
        return (
            bool(printed)
            and set(extras) <= set(record["files"])
            and groups in ("", record.get("groups", ""))
            and record["code"] == code_hash("reports")
            and record["packages"] == printers(record["files"])
            and record["estimates"] == sha256(out / "estimates.csv")
            and all(sha256(out / name) == value for name, value in printed.items())
            and all(_newer(out / name, [out / "estimates.csv", *code_files("reports")]) for name in printed)
        )
    except (OSError, KeyError, TypeError):
        return False


def _newer(file: Path, sources: Iterable[Path]) -> bool:
    """Say whether a file is at least as new as all its sources, so that touching one prints anew."""
    when = file.stat().st_mtime_ns
    return all(path.stat().st_mtime_ns <= when for path in sources)
