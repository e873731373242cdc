"""The desk from its start to its end: one address on this machine, one browser, one folder of studies."""

from __future__ import annotations

import asyncio
import hashlib
import html
import http.client
import json
import os
import secrets
import socket
import time
import webbrowser
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import uvicorn

from reports.desk.app import application
from reports.desk.guard import AGAIN, Guard
from reports.desk.root import STUDY, find, private, usual_root
from reports.desk.view import Desk
from reports.desk.words import desk_words
from survey.errors import ReportError
from survey.study.toml_table import LANGUAGES

IDLE = 12 * 60 * 60.0  # seconds without a request after which the desk ends
LOOPBACK = "127.0.0.1"
LOOK = 0.3  # seconds between two looks at whether to end
RUN_FOLDERS = ("XDG_RUNTIME_DIR", "LOCALAPPDATA")

Say = Callable[[str], object]


def start(
    place: Path | None,
    *,
    root: Path | None = None,
    port: int = 0,
    language: str = LANGUAGES[0],
    show: Callable[[str], object] | None = webbrowser.open,
    say: Say = print,
) -> None:
    """Open the desk in the browser and serve it until it is closed.

    Parameters
    ----------
    place : Path or None
        A study file or its folder, opened at once, or a folder of studies.
    root : Path, optional
        The folder of studies, where `place` does not say it.
    port : int
        0 for one that is free.
    show : callable, optional
        What opens an address in the browser; None for nothing, the address is then told only.

    Raises
    ------
    ReportError
        If the folder or the port cannot be used.
    """
    folder, page = _folders(place, root, language)
    t, file = desk_words(language), run_file(folder)
    address = _of_other(file, page)
    if address is not None:
        say(t("serve.again", address=address))
        _show(address, file.with_suffix(".html"), show)
        return
    with _listening(port) as listening:
        desk, key = Desk(folder, language), secrets.token_urlsafe(32)
        number = listening.getsockname()[1]
        guard = Guard(application(desk), number, key)
        _write_private(file, json.dumps({"port": number, "process": os.getpid(), "key": key}))
        try:
            address = guard.entrance(page)
            say(t("serve.open", address=address, folder=folder))
            _show(address, file.with_suffix(".html"), show)
            with suppress(KeyboardInterrupt):
                asyncio.run(_serve(guard, desk, listening))
            say(t("serve.closed"))
        finally:
            desk.end()
            for left in (file, file.with_suffix(".html")):
                left.unlink(missing_ok=True)


def _folders(place: Path | None, root: Path | None, language: str) -> tuple[Path, str]:
    """Return the folder of studies, and the page to open first."""
    if place is None:
        return private((root or usual_root(language)).absolute()), "/"
    place = place.absolute()
    file = place / STUDY if place.is_dir() else place
    if file.name == STUDY and file.is_file():
        kept = find(file.parent.parent, file.parent.name)
        if kept is not None:
            return file.parent.parent, f"/studies/{quote(kept.id)}/questions"
    elif place.is_dir():
        return place, "/"
    raise ReportError(str(place), key="desk.no_study")


def run_file(root: Path) -> Path:
    """Return where a desk that runs for a folder says how to reach it; its owner alone reads that."""
    named = next((os.environ[name] for name in RUN_FOLDERS if os.environ.get(name)), "")
    folder = Path(named) / "parent-intent" if named else Path.home() / ".parent-intent"
    return private(folder) / f"desk-{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:12]}.json"


def _of_other(file: Path, page: str) -> str | None:
    """Return an address of the desk that runs already; None where there is none."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        with closing(http.client.HTTPConnection(LOOPBACK, int(told["port"]), timeout=3)) as other:
            other.request("GET", f"{AGAIN}?{page}", headers={"X-Desk-Key": str(told["key"])})
            answer = other.getresponse()
            text = answer.read(1000).decode("ascii")
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return None
    right = answer.status == 200 and text.startswith(f"http://{LOOPBACK}:{told['port']}/")
    return text if right else None


def _listening(port: int) -> socket.socket:
    """Return a socket of this machine only."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ReportError(f"--port {port}", key="desk.no_port", reason=reason) from None
    return listening


async def _serve(guard: Guard, desk: Desk, listening: socket.socket) -> None:
    """Serve until the desk is closed, or nobody has used it for long."""
    server = uvicorn.Server(
        uvicorn.Config(
            guard,
            access_log=False,
            log_level="error",
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=2,
        )
    )

    async def watch() -> None:
        while not (desk.closing or time.monotonic() - guard.last_request > IDLE):
            await asyncio.sleep(LOOK)
        server.should_exit = True

    watching = asyncio.create_task(watch())
    await server.serve(sockets=[listening])
    watching.cancel()


def _write_private(file: Path, text: str) -> None:
    """Write a file that only its owner reads, in place of what may be there."""
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)


def _show(address: str, file: Path, show: Callable[[str], object] | None) -> None:
    """Open an address by a file that leads there, so that no list of processes shows it."""
    if show is None:
        return
    quoted = html.escape(address)
    _write_private(
        file,
        f'<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="refresh" content="0; url={quoted}"><a href="{quoted}">parent-intent desk</a>',
    )
    show(file.as_uri())
