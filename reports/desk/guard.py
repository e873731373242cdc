"""What stands before every page: this machine, this browser, its own pages, nothing too large."""

from __future__ import annotations

import html
import math
import re
import secrets
import time
from collections.abc import Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEGABYTE = 1_000_000
UPLOAD, FORM = 400 * MEGABYTE, 2 * MEGABYTE  # the largest request with files, and any other
UPLOADS = re.compile(r"/new|/studies/[^/]+/data(/.*)?")
TICKET_SECONDS = 120
ENTER, AGAIN = "/enter", "/again"
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
    # With no-referrer a browser sends "Origin: null" with forms.
    "referrer-policy": "same-origin",
}
CLOSED = (
    "请从“问卷简报工作台”的图标或命令重新打开本页。\n"
    "Open this page again by its icon or its command: parent-intent desk\n"
)


class TooLarge(Exception):
    """A request is longer than its kind may be."""


class Guard:
    """The application, for those who hold the cookie of this start.

    Parameters
    ----------
    port : int
        The port that is listened on: the address a request must name.
    key : str
        What another start of the desk shows to be given a ticket.
    now : callable
        Seconds of a clock that only goes forward.
    """

    def __init__(
        self, application: ASGIApp, port: int, key: str, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._application, self._now, self._key = application, now, key
        self._address = f"127.0.0.1:{port}"
        self._cookie, self._session = f"desk-{port}", secrets.token_urlsafe(32)
        self._tickets: dict[str, tuple[float, str]] = {}
        self.last_request = now()

    @property
    def origin(self) -> str:
        """The address of the desk, without a path."""
        return f"http://{self._address}"

    def entrance(self, page: str = "/") -> str:
        """Return an address that opens a page of the desk once, within two minutes."""
        word = secrets.token_urlsafe(32)
        local = page.startswith("/") and not page.startswith(("//", "/\\"))
        self._tickets[word] = self._now() + TICKET_SECONDS, page if local else "/"
        return f"{self.origin}{ENTER}?ticket={word}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        if scope["type"] != "http":  # no page needs a WebSocket
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        if refused:
            await _answer(send, *refused)
        elif scope["path"] == AGAIN:
            await _answer(send, 200, self.entrance(scope["query_string"].decode("ascii", "replace") or "/"))
        elif scope["path"] == ENTER:
            await self._enter(scope, headers, send)
        elif not self._known(headers):
            await _answer(send, 403, CLOSED)
        else:
            self.last_request = self._now()
            await self._pass(scope, headers, receive, send)

    def _refused(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """Return the status and text of a request that is refused whoever sends it; None for none."""
        if headers.getlist("host") != [self._address]:
            return 421, "wrong host\n"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "method not allowed\n"
        if scope["path"] == AGAIN:
            same = secrets.compare_digest(headers.get("x-desk-key", "").encode(), self._key.encode())
            return None if same and "origin" not in headers else (403, "refused\n")
        if scope["path"] == ENTER:  # which comes from a file, and has its ticket
            return None
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return 403, "refused: asked for by another page\n"
        if scope["method"] == "POST" and headers.getlist("origin") != [self.origin]:
            return 403, "refused: sent by another page\n"
        return None

    def _known(self, headers: Headers) -> bool:
        """Say whether a request has the cookie of this start."""
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return morsel is not None and secrets.compare_digest(morsel.value.encode(), self._session.encode())

    async def _enter(self, scope: Scope, headers: Headers, send: Send) -> None:
        """Take a ticket for the cookie."""
        query = scope["query_string"].decode("ascii", "replace")
        word = query.removeprefix("ticket=")
        end, page = self._tickets.pop(word, (-math.inf, "/"))
        if scope["method"] != "GET" or end < self._now():
            # A page that is loaded again has the cookie already.
            if scope["method"] == "GET" and self._known(headers):
                await _answer(send, 303, "", {"location": "/"})
            else:
                await _answer(send, 403, CLOSED)
            return
        cookie = f"{self._cookie}={self._session}; HttpOnly; SameSite=Strict; Path=/"
        if headers.get("sec-fetch-site", "none") == "none":
            await _answer(send, 303, "", {"location": page, "set-cookie": cookie})
            return
        # Opened by a file: a redirect would still count as the file's, which gets no strict cookie.
        address = html.escape(page)
        text = (
            '<!doctype html><meta charset="utf-8"><title>parent-intent</title>'
            f'<meta http-equiv="refresh" content="0; url={address}"><a href="{address}">→</a>'
        )
        await _answer(send, 200, text, {"set-cookie": cookie, "content-type": "text/html; charset=utf-8"})

    async def _pass(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        """Hand a request on, its length counted, and its answer back, with the headers of every page."""
        most = UPLOAD if UPLOADS.fullmatch(scope["path"]) else FORM
        announced = headers.get("content-length", "0")
        if not announced.isascii() or not announced.isdecimal():
            await _answer(send, 400, "bad length\n")
            return
        if int(announced) > most:
            await _answer(send, 413, "too large\n", {"connection": "close"})
            return
        read, started = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise TooLarge
            return message

        async def sealed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": _sealed(message)}
            await send(message)

        try:
            await self._application(scope, counted, sealed)
        except TooLarge:
            if not started:
                await _answer(send, 413, "too large\n", {"connection": "close"})


def _sealed(message: MutableMapping[str, Any]) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer with those of every page; a page may be stricter with itself."""
    own = list(message.get("headers", []))
    there = {name.lower() for name, _ in own}
    return own + [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in there]


async def _answer(send: Send, status: int, text: str, headers: dict[str, str] | None = None) -> None:
    """Send a short answer of the guard's own."""
    body = text.encode("utf-8")
    shown = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body))} | (headers or {})
    start = {"type": "http.response.start", "headers": [(k.encode(), v.encode()) for k, v in shown.items()]}
    await send({"type": "http.response.start", "status": status, "headers": _sealed(start)})
    await send({"type": "http.response.body", "body": body})
