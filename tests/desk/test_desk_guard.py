"""Who may reach the desk, and with what: each row of docs/desk.md on safety, against the real server."""

import json
import socket
import stat
import threading
import time

import pytest
from desk_server import Client, demonstration, served

from reports.desk import guard as limits
from reports.desk import serve


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    root = tmp_path_factory.mktemp("studies")
    demonstration(root)
    with served(root) as client:
        yield client.enter()


def test_it_listens_on_this_machine_only(client):
    outside = socket.gethostbyname(socket.gethostname())
    if outside.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
        socket.create_connection((outside, client.port), timeout=2)


@pytest.mark.parametrize(
    "host",
    ["localhost:{}", "127.0.0.1", "evil.example", "evil.example:{}", "127.0.0.1:{}.evil.example", "", None],
)
def test_another_host_is_refused(client, host):
    named = host.format(client.port) if host else host
    assert client.send("GET", "/", Host=named).status in (400, 421)


def test_without_the_cookie_no_address_answers(client):
    stranger = Client(client.guard, client.desk, client.port, None)
    paths = ["/", "/static/desk.css", "/help", "/studies/taiyuan", "/studies/taiyuan/history"]
    for path in paths:
        assert stranger.send("GET", path).status == 403, path
        assert stranger.send("POST", path, "").status == 403, path
    for cookie in (f"desk-{client.port}=wrong", f"desk-{client.port}=", "x=\x80", client.cookie[:-1]):
        assert stranger.send("GET", "/", Cookie=cookie.encode("latin-1")).status == 403


def test_a_ticket_opens_once_and_for_two_minutes(tmp_path):
    clock = [0.0]
    with served(tmp_path, now=lambda: clock[0]) as client:
        path = client.guard.entrance("/help").removeprefix(client.origin)
        first = client.send("GET", path)
        assert (first.status, first.headers["location"]) == (303, "/help")
        assert "HttpOnly; SameSite=Strict" in first.headers["set-cookie"]
        assert client.send("GET", path).status == 403
        late = client.guard.entrance().removeprefix(client.origin)
        clock[0] = limits.TICKET_SECONDS + 1
        assert client.send("GET", late).status == 403
        assert client.send("GET", "/enter").status == client.send("GET", "/enter?ticket=").status == 403


def test_a_ticket_leads_to_pages_of_the_desk_only(client):
    for page in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = client.send("GET", client.guard.entrance(page).removeprefix(client.origin))
        assert answer.headers["location"] == "/"


def test_a_file_that_opens_the_desk_gets_a_page_that_leads_on(client):
    path = client.guard.entrance().removeprefix(client.origin)
    answer = client.send("GET", path, Sec_Fetch_Site="cross-site")
    assert answer.status == 200
    assert 'content="0; url=/"' in answer.text
    assert "SameSite=Strict" in answer.headers["set-cookie"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_what_another_page_asks_for_is_refused(client, site):
    assert client.send("GET", "/", Sec_Fetch_Site=site).status == 403
    assert client.send("POST", "/close", "", Sec_Fetch_Site=site).status == 403
    assert not client.desk.closing


@pytest.mark.parametrize(
    "origin", [None, "null", "http://localhost:{}", "http://127.0.0.1", "https://evil.example"]
)
def test_a_form_of_another_page_is_refused(client, origin):
    named = origin.format(client.port) if origin else origin
    assert client.send("POST", "/close", "", Origin=named).status == 403
    assert not client.desk.closing


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH"])
def test_other_methods_are_refused(client, method):
    assert client.send(method, "/").status in (400, 405)


def test_a_websocket_is_refused(client):
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    assert client.send("GET", "/ws", Sec_WebSocket_Version="13", **headers).status in (400, 404)


@pytest.mark.parametrize("path", ["/", "/help", "/static/desk.js", "/nowhere", "/studies/taiyuan/history"])
def test_every_answer_has_the_headers_and_none_that_opens_it(client, path):
    found = client.get(path).headers
    assert {name: found[name] for name in limits.HEADERS} == limits.HEADERS
    assert "server" not in found
    assert not [name for name in found if name.startswith("access-control")]


def test_a_refusal_has_the_headers_too(client):
    found = client.send("GET", "/", Host="evil.example").headers
    assert limits.HEADERS.items() <= found.items()


def test_what_is_too_large_is_refused_before_it_is_read(client):
    most = limits.FORM
    assert client.send("POST", "/close", b"", Content_Length=str(most + 1)).status == 413
    assert client.send("POST", "/new", b"", Content_Length=str(limits.UPLOAD + 1)).status == 413
    assert client.send("POST", "/close", b"", Content_Length="+1").status == 400
    assert not client.desk.closing


def test_an_unannounced_body_is_counted(client):
    chunk = b"100000\r\n" + b"&a=" + b"x" * 0xFFFFD + b"\r\n"
    answer = client.send(
        "POST",
        "/studies/taiyuan/history",
        chunk * 2 + b"10000\r\n" + b"y" * 0x10000 + b"\r\n" + b"0\r\n\r\n",
        Transfer_Encoding="chunked",
        Content_Type="application/x-www-form-urlencoded",
    )
    assert answer.status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/studies/../study.toml",
        "/studies/%2e%2e/history",
        "/studies/taiyuan%2f..%2ftaiyuan/history",
        "/static/../guard.py",
        "/static/%2e%2e/guard.py",
        "/static/..%2fguard.py",
        "/studies/%00/history",
    ],
)
def test_paths_lead_nowhere_else(client, path):
    assert client.get(path).status == 404


def test_the_language_page_leads_to_pages_of_the_desk_only(client):
    assert client.get("/language?lang=en&to=/help").headers["location"] == "/help"
    for page in ("//evil.example", "https://evil.example", "/%5Cevil.example"):
        assert client.get(f"/language?lang=en&to={page}").headers["location"] == "/"


def test_another_start_is_given_an_address_for_the_key_only(client):
    right = client.send("GET", "/again?/help", X_Desk_Key="the-key", Cookie=None)
    assert right.text.startswith(f"{client.origin}/enter?ticket=")
    for headers in ({"X_Desk_Key": "wrong"}, {}, {"X_Desk_Key": "the-key", "Origin": client.origin}):
        assert client.send("GET", "/again", **headers).status == 403


def test_two_requests_at_once_are_answered(client):
    found = []
    threads = [threading.Thread(target=lambda: found.append(client.get("/").status)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 8


@pytest.fixture
def run_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    return tmp_path


def started(root, **options):
    said, shown = [], []
    thread = threading.Thread(
        target=lambda: serve.start(None, root=root, show=shown.append, say=said.append, **options),
        daemon=True,
    )
    thread.start()
    end = time.monotonic() + 20
    while not shown and time.monotonic() < end:
        time.sleep(0.05)
    return thread, said, shown


def test_a_second_start_finds_the_first_which_ends_when_told(run_folder, monkeypatch):
    monkeypatch.setattr("uvicorn.Server.capture_signals", lambda self: __import__("contextlib").nullcontext())
    root = run_folder / "studies"
    first, _said, shown = started(root)
    file = serve.run_file(root)
    for private in (file, file.with_suffix(".html")):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert shown == [file.with_suffix(".html").as_uri()]
    port = json.loads(file.read_text())["port"]
    second, said_again, _ = started(root)
    second.join(20)
    assert f"127.0.0.1:{port}/enter" in said_again[0]
    client = Client(None, None, port, first)
    answer = client.send("GET", said_again[0].split(str(port))[1].strip())
    client.cookie = answer.headers["set-cookie"].split(";")[0]
    assert "<title>" in client.post("/close", {}).text
    first.join(20)
    assert not first.is_alive()
    assert not file.exists()
    assert not file.with_suffix(".html").exists()


def test_it_ends_when_nobody_used_it_for_long(run_folder, monkeypatch):
    monkeypatch.setattr("uvicorn.Server.capture_signals", lambda self: __import__("contextlib").nullcontext())
    monkeypatch.setattr(serve, "IDLE", -1.0)
    thread, _, _ = started(run_folder / "studies")
    thread.join(20)
    assert not thread.is_alive()
