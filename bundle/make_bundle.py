"""Make one zip for Windows that needs no network: a Python of its own, the pinned packages, the program.

`make bundle`, on any system. What Windows itself would have to try is named in docs/install.md.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pip._vendor.packaging.markers import Marker

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-desk.lock", "requirements-large.lock")
# The embeddable package of the Python that the tests run with, and its hash.
PYTHON = "3.11.9"
EMBEDDED = f"python-{PYTHON}-embed-amd64.zip"
ADDRESS = f"https://www.python.org/ftp/python/{PYTHON}/{EMBEDDED}"
SHA256 = "009d6bf7e3b2ddca3d784fa09f90fe54336d5b60f0e0f305c37f400bf83cfd3b"
WINDOWS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "python_version": "3.11",
    "python_full_version": PYTHON,
}
TARGET = [
    "--platform",
    "win_amd64",
    "--python-version",
    "3.11",
    "--implementation",
    "cp",
    "--only-binary=:all:",
]
SITE = "Lib/site-packages"
# The folder of a bundle, and where Python looks for modules: nowhere else, whatever the machine has set.
NAME = "parent-intent"
PLACES = ("python311.zip", ".", SITE.replace("/", "\\"))
FILES = {
    "desk.cmd": '@"%~dp0python\\python.exe" -m reports desk %*\n@if errorlevel 1 pause\n',
    "terminal.cmd": (
        '@chcp 65001 >nul\n@set "PATH=%~dp0bin;%PATH%"\n@cd /d "%USERPROFILE%"\n'
        "@cmd /k parent-intent --help\n"
    ),
    "bin/parent-intent.cmd": '@"%~dp0..\\python\\python.exe" -m reports %*\n',
}
DATE = (2000, 1, 1, 0, 0, 0)  # of every file in the zip


def requirements(lock: str) -> Iterator[str]:
    """Yield the entries of a lock that Windows needs, with their hashes and without their conditions."""
    for entry in lock.replace("\\\n", " ").splitlines():
        if entry.strip() and not entry.lstrip().startswith("#"):
            pinned, *hashes = entry.split("--hash=")
            name, _, marker = pinned.partition(";")
            if not marker.strip() or Marker(marker.strip()).evaluate(WINDOWS):
                yield " ".join([name.strip(), *(f"--hash={value.strip()}" for value in hashes)])


def checked(path: Path, sha256: str) -> Path:
    """Return a file; raises SystemExit where it is missing or another."""
    if not path.is_file():
        raise SystemExit(f"{path}: no such file; download {ADDRESS} to there, or name its folder")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise SystemExit(f"{path}: is another file (sha256 {found}, expected {sha256}); download it again")
    return path


def embedded_python(folder: Path | None, work: Path) -> Path:
    """Return the embeddable package: from a folder, else from python.org."""
    if folder is not None:
        return checked(folder / EMBEDDED, SHA256)
    path = work / EMBEDDED
    if not path.is_file():
        print(f"fetching {ADDRESS} ...")
        try:
            with urllib.request.urlopen(ADDRESS, timeout=60) as answer, path.open("wb") as file:
                shutil.copyfileobj(answer, file)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise SystemExit(
                f"python.org is not reached ({error}); download {ADDRESS} elsewhere, "
                "and give its folder: make bundle EMBEDDED=FOLDER"
            ) from None
    return checked(path, SHA256)


def pip(*arguments: str | Path) -> None:
    """Run pip; raises CalledProcessError after its own words."""
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    subprocess.run([sys.executable, "-m", "pip", *map(str, arguments), *quiet], check=True, cwd=ROOT)


def fetched_wheels(work: Path) -> Path:
    """Return a folder with the wheel of every package, each checked by its hash, and with the program's."""
    wheels, needed = work / "wheels", work / "windows.txt"
    entries = dict.fromkeys(line for name in LOCKS for line in requirements((ROOT / name).read_text("utf-8")))
    needed.write_text("\n".join(entries) + "\n", encoding="utf-8")
    pip("download", *TARGET, "--no-deps", "--require-hashes", "--requirement", needed, "--dest", wheels)
    for old in wheels.glob("parent_intent-*"):
        old.unlink()
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)  # it may hold files that are gone
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, ".")
    return wheels


def lay_out(embedded: Path, wheels: Iterable[Path], folder: Path) -> None:
    """Lay a bundle out in a folder: Python, packages, commands, a word on how to begin."""
    shutil.rmtree(folder, ignore_errors=True)
    python = folder / "python"
    with zipfile.ZipFile(embedded) as archive:
        archive.extractall(python)
    (python / "python311._pth").write_bytes("\r\n".join([*PLACES, ""]).encode())
    pip("install", *TARGET, "--no-deps", "--no-index", "--no-compile", "--target", python / SITE, *wheels)
    shutil.rmtree(python / SITE / "bin", ignore_errors=True)  # commands of this system
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.replace("\n", "\r\n").encode("ascii"))
    begin = (ROOT / "bundle" / "begin.txt").read_text(encoding="utf-8")
    (folder / "READ ME 请先读.txt").write_bytes(begin.replace("\n", "\r\n").encode("utf-8-sig"))
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE.txt")


def packed(folder: Path, archive: Path) -> Path:
    """Return the zip of a folder: the same bytes from the same files."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            about = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", DATE)
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            made.writestr(about, path.read_bytes())
    return archive


def main() -> None:
    """Make the bundle in build/, and say where it is and how large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedded", metavar="FOLDER", help=f"where {EMBEDDED} is (default: python.org)")
    options = parser.parse_args()
    work = ROOT / "build" / "bundle"
    work.mkdir(parents=True, exist_ok=True)
    embedded = embedded_python(Path(options.embedded) if options.embedded else None, work)
    lay_out(embedded, sorted(fetched_wheels(work).glob("*.whl")), work / NAME)
    archive = packed(work / NAME, ROOT / "build" / f"{NAME}-windows.zip")
    print(f"wrote {archive}: {archive.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
