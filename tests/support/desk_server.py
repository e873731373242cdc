"""A real desk on a real port, for tests without a browser."""

import asyncio
import http.client
import re
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

from reports.desk.app import application
from reports.desk.guard import Guard
from reports.desk.serve import _listening, _serve
from reports.desk.view import Desk

DEMONSTRATION = Path(__file__).parents[2] / "data" / "taiyuan"


def demonstration(root, name="taiyuan"):
    """Copy the demonstration into a folder of studies."""
    shutil.copytree(DEMONSTRATION, root / name)
    return root / name


@contextmanager
def served(root, language="zh", now=None):
    """Serve a folder of studies; the client sends requests as a browser with the cookie would."""
    desk, listening = Desk(root, language), _listening(0)
    port = listening.getsockname()[1]
    guard = Guard(application(desk), port, "the-key", **({"now": now} if now else {}))
    thread = threading.Thread(target=lambda: asyncio.run(_serve(guard, desk, listening)), daemon=True)
    thread.start()
    try:
        yield Client(guard, desk, port, thread)
    finally:
        desk.closing = True
        thread.join(10)
        desk.end()
        listening.close()


class Client:
    """Sends what it is told, and nothing by itself but the cookie."""

    def __init__(self, guard, desk, port, thread):
        self.guard, self.desk, self.port, self.thread = guard, desk, port, thread
        self.origin = f"http://127.0.0.1:{port}"
        self.cookie = ""

    def send(self, method, path, body=None, **headers):
        """Return status, headers and text of an answer; a header of None is not sent."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        given = {key.replace("_", "-"): value for key, value in headers.items()}
        usual = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie or None}
        if method == "POST":
            usual["Origin"] = self.origin
        sent = {key: value for key, value in {**usual, **given}.items() if value is not None}
        wire.putrequest(method, path, skip_host=True)
        data = body.encode() if isinstance(body, str) else body
        if data is not None and "Content-Length" not in sent and "Transfer-Encoding" not in sent:
            sent["Content-Length"] = str(len(data))
        for key, value in sent.items():
            wire.putheader(key, value)
        wire.endheaders()
        if data:
            wire.send(data)
        answer = wire.getresponse()
        text = answer.read().decode("utf-8", "replace")
        wire.close()
        return SimpleNamespace(status=answer.status, headers=dict(answer.headers.items()), text=text)

    def enter(self):
        """Take a ticket for the cookie, and return the client."""
        answer = self.send("GET", self.guard.entrance().removeprefix(self.origin))
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        return self

    def get(self, path):
        return self.send("GET", path)

    def post(self, path, fields):
        """Send a form as a page would."""
        return self.send(
            "POST", path, urlencode(fields, doseq=True), Content_Type="application/x-www-form-urlencoded"
        )


def upload(client, path, files, **fields):
    """Send files as a form with a file field does, and return the answer."""
    edge = "edge-of-a-part"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, data in files:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + data + b"\r\n")
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    return client.send("POST", path, body, Content_Type=f"multipart/form-data; boundary={edge}")


def seen(text):
    """Return the hash of the study file that a page shows."""
    return re.search(r'name="seen" value="(\w+)"', text)[1]
