"""The desk in a real Chromium: keyboard, drag, paste, two tabs, no script, a telephone's width, axe-core."""

import shutil
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe import axe_source, violations
from desk_server import DEMONSTRATION, demonstration, served

pytestmark = pytest.mark.service
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: make test-services"
)
if CHROMIUM is None:
    pytest.skip("no Chromium is installed", allow_module_level=True)
SCREENS = ["/", "/help", *(f"/studies/taiyuan/{page}" for page in (
    "data", "data/add", "data/newer/1", "questions/8", "questions/9", "margins", "margins/2", "screening",
    "about", "check", "report", "history",
))]  # fmt: skip
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def desk(tmp_path):
    demonstration(tmp_path)
    with served(tmp_path) as client:
        client.file = tmp_path / "taiyuan" / "study.toml"
        yield client


def opened(chromium, desk, language="zh", **options):
    """A page of the desk that notes every request, and every error of its script."""
    page = chromium.new_context(**options).new_page()
    page.requested, page.wrong = [], []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
    page.goto(desk.guard.entrance())
    page.goto(f"{desk.origin}/language?lang={language}")
    return page


def go(page, desk, path):
    page.goto(desk.origin + path)


def concerns(desk):
    return list(tomllib.loads(desk.file.read_text(encoding="utf-8"))["questions"]["concerns"]["options"])


def saved(page, desk, change):
    """Wait until what is done reaches the study file."""
    before = desk.file.read_bytes()
    change()
    for _ in range(100):
        if desk.file.read_bytes() != before:
            page.wait_for_load_state()
            page.wait_for_timeout(200)
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing was saved")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_screen_has_a_fault_of_accessibility_or_runs_over_its_width(chromium, desk, language):
    source = axe_source()
    if source is None:
        pytest.skip("axe-core is not to be had from npm")
    for which in ("1", "add"):
        waits = desk.file.parent / ".desk" / "newer" / which
        waits.mkdir(parents=True)
        shutil.copy(DEMONSTRATION / "responses-2023-text.xlsx", waits)
    for width, height in SIZES.values():
        page = opened(chromium, desk, language, viewport={"width": width, "height": height}, bypass_csp=True)
        for path in SCREENS:
            go(page, desk, path)
            page.add_script_tag(content=source)
            assert violations(page) == [], f"{path} {language} {width}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} {width}"
        page.context.close()


def test_nothing_is_asked_of_another_address_and_no_script_fails(chromium, desk):
    page = opened(chromium, desk)
    for path in SCREENS:
        go(page, desk, path)
    assert {url for url in page.requested if not url.startswith(desk.origin + "/")} == set()
    assert page.wrong == []


def test_an_option_is_dragged_and_the_new_place_is_said(chromium, desk):
    page = opened(chromium, desk)
    go(page, desk, "/studies/taiyuan/questions/8")
    rows = page.locator("li[data-code]")
    start, end = rows.nth(3).locator(".grip").bounding_box(), rows.nth(0).bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 10, end["y"] + 30, steps=8)
    page.mouse.move(end["x"] + 10, end["y"] + 2, steps=4)
    saved(page, desk, page.mouse.up)
    assert concerns(desk)[0] == "safety"
    assert "第 1 项" in page.locator("#said").inner_text()


def test_with_a_keyboard_alone_options_move_texts_are_saved_and_the_focus_stays(chromium, desk):
    page = opened(chromium, desk)
    go(page, desk, "/studies/taiyuan/questions/8")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "f-questions.concerns.label.zh":
            break
    else:
        raise AssertionError("the short name is not reached by Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("顾虑")
    saved(page, desk, lambda: page.keyboard.press("Tab"))
    assert (
        tomllib.loads(desk.file.read_text(encoding="utf-8"))["questions"]["concerns"]["label"]["zh"] == "顾虑"
    )
    page.locator("#down-price").focus()
    saved(page, desk, lambda: page.keyboard.press("Enter"))
    assert concerns(desk)[:2] == ["quality", "price"]
    assert page.evaluate("document.activeElement.id") == "down-price"
    saved(page, desk, lambda: page.keyboard.press("Alt+ArrowUp"))
    assert concerns(desk)[:2] == ["price", "quality"]


def test_what_is_typed_while_a_save_is_under_way_is_kept(chromium, desk):
    page = opened(chromium, desk)
    go(page, desk, "/studies/taiyuan/about")
    page.fill("[name='disclosure.conductor.zh']", "甲单位")
    page.keyboard.press("Tab")
    page.keyboard.type("Unit A")
    page.keyboard.press("Tab")
    page.keyboard.type("乙")
    page.wait_for_timeout(1500)
    disclosure = tomllib.loads(desk.file.read_text(encoding="utf-8"))["disclosure"]
    assert disclosure["conductor"] == {"zh": "甲单位", "en": "Unit A"}
    assert "乙" in page.evaluate("document.activeElement.value")


def test_figures_are_pasted_as_a_spreadsheet_copies_them(chromium, desk):
    page = opened(chromium, desk)
    go(page, desk, "/studies/taiyuan/margins")
    table = "古交\t２１０，７５８\n小店区\t1357242\n合计\t1568000\n"
    page.locator("[name=':figure.yingze']").focus()
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text);
        document.activeElement.dispatchEvent(new ClipboardEvent("paste",
        { clipboardData: data, bubbles: true, cancelable: true })); }""",
        table,
    )
    page.wait_for_selector(".note.green")
    assert "对上了 2 项，共 10 项" in page.locator(".note.green").inner_text()
    assert page.locator("[name=':figure.gujiao']").input_value() == "210,758"


def test_two_tabs_are_told_apart_and_neither_writes_over_the_other(chromium, desk):
    first = opened(chromium, desk)
    second = first.context.new_page()
    for page in (first, second):
        go(page, desk, "/studies/taiyuan/about")
    saved(first, desk, lambda: (first.fill("[name='study.title.zh']", "甲"), first.keyboard.press("Tab")))
    second.fill("[name='study.title.zh']", "乙")
    second.keyboard.press("Tab")
    second.wait_for_selector("#ch")
    assert second.evaluate("document.activeElement.id") == "ch"
    assert second.locator("tbody td").all_inner_texts() == ["乙", "甲"]
    saved(second, desk, lambda: second.click("button.primary"))
    assert tomllib.loads(desk.file.read_text(encoding="utf-8"))["study"]["title"]["zh"] == "乙"


def test_a_step_is_undone(chromium, desk):
    page, before = opened(chromium, desk), desk.file.read_bytes()
    go(page, desk, "/studies/taiyuan/about")
    saved(page, desk, lambda: (page.fill("[name='study.title.zh']", "甲"), page.keyboard.press("Tab")))
    page.click("#bar a >> nth=0")
    saved(page, desk, lambda: page.click("tbody button >> nth=0"))
    assert desk.file.read_bytes() == before


def test_without_script_there_are_buttons_that_do_the_same(chromium, desk):
    page = opened(chromium, desk, java_script_enabled=False)
    go(page, desk, "/studies/taiyuan/about")
    page.fill("[name='study.title.zh']", "甲")
    page.click("button.save")
    assert tomllib.loads(desk.file.read_text(encoding="utf-8"))["study"]["title"]["zh"] == "甲"
    go(page, desk, "/studies/taiyuan/questions/8")
    page.click("#up-quality")
    assert concerns(desk)[0] == "quality"
    assert "第 1 项" in page.locator("#said").inner_text()


def test_a_file_of_its_own_opens_the_desk(chromium, desk, tmp_path):
    file = tmp_path / "open.html"
    address = desk.guard.entrance("/help")
    file.write_text(f'<meta http-equiv="refresh" content="0; url={address}">', encoding="utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    page.wait_for_url(f"{desk.origin}/help")
    assert "ticket" not in page.url


def test_a_page_of_another_port_gets_nothing(chromium, desk):
    page = opened(chromium, desk)
    form = f'<form method="post" action="{desk.origin}/close"></form>'
    link = f'<a href="{desk.origin}/studies/taiyuan/about">x</a>'

    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write((form + link).encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{other.server_port}/")
        ask = "a => fetch(a, {method: 'POST', mode: 'no-cors', credentials: 'include'}).catch(() => 0)"
        page.evaluate(ask, f"{desk.origin}/close")
        with page.expect_response(f"{desk.origin}/close") as answer:
            page.evaluate("document.forms[0].submit()")
        assert answer.value.status == 403
        page = page.context.new_page()
        page.goto(f"http://127.0.0.1:{other.server_port}/")
        with page.expect_response(f"{desk.origin}/studies/taiyuan/about") as answer:
            page.click("a", no_wait_after=True)
        assert answer.value.status == 403
        other.shutdown()
    assert not desk.desk.closing


ABOUT = {
    "study.title": "送托意愿调查", "study.publisher": "示例研究组", "study.population": "家长",
    "disclosure.sponsor": "甲", "disclosure.conductor": "乙", "disclosure.recruitment": "社区微信群",
    "disclosure.limits": "自愿填写", "disclosure.contact": "电话询问丙",
}  # fmt: skip
MADE = {"zh": "简报做好了", "en": "The briefing is ready"}


def looked(page, desk, name):
    """Open a step of the study and wait until nothing on it is under way."""
    go(page, desk, f"/studies/study-2023/{name}")
    settle(page)


def settle(page):
    for _ in range(400):
        if page.locator("[data-again]").count() == 0:
            return
        page.wait_for_timeout(300)
    raise AssertionError("it is still under way")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_two_downloads_to_a_final_briefing(chromium, desk, language, tmp_path):
    page = opened(chromium, desk, language, accept_downloads=True)
    downloads = [DEMONSTRATION / f"responses-2023-{kind}.xlsx" for kind in ("text", "number")]
    page.set_input_files("#files", downloads)
    page.wait_for_url("**/studies/study-2023/data", timeout=60_000)
    desk.file = tmp_path / "study-2023" / "study.toml"
    looked(page, desk, "data")
    assert "2,603" in page.locator("main").inner_text()
    looked(page, desk, "margins")
    saved(page, desk, lambda: page.click("button[name=which][value=all]"))
    looked(page, desk, "about")
    for name, text in ABOUT.items():
        field = page.locator(f"[name='{name}.zh']")
        field.fill(text)
        saved(page, desk, lambda: page.keyboard.press("Tab"))
    looked(page, desk, "check")
    page.click("#bar form:has(input[value=final]) button[type=submit]")
    page.wait_for_url("**/report", timeout=120_000)
    settle(page)
    assert MADE[language] in page.locator("main").inner_text()
    with page.expect_download() as sent:
        page.click("a[href$='briefing-zh.pdf']")
    assert Path(sent.value.path()).read_bytes().startswith(b"%PDF-")
    assert Path(sent.value.suggested_filename).suffix == ".pdf"
    assert "送托意愿调查" in sent.value.suggested_filename
    assert page.wrong == []
