"""From two downloads to a report and its files, as a browser sends it, without a browser."""

import io
import re
import time
import zipfile

import pytest
from desk_server import DEMONSTRATION, demonstration, seen, served, upload

from reports.desk.root import find

PAIR = ("responses-2023-text.xlsx", "responses-2023-number.xlsx")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    root = tmp_path_factory.mktemp("studies")
    demonstration(root)
    with served(root) as client:
        yield client.enter()


def settled(client, path):
    """Get a page until nothing on it is under way."""
    end = time.monotonic() + 120
    while "data-again" in (answer := client.get(path)).text or answer.status == 303:
        path = answer.headers.get("location", path)
        assert time.monotonic() < end
        time.sleep(0.2)
    return answer


def files_of(*names):
    return [(name, (DEMONSTRATION / name).read_bytes()) for name in names]


def test_two_downloads_become_a_study_with_its_days_and_its_order(client):
    answer = upload(client, "/new", files_of(*PAIR))
    assert (answer.status, answer.headers["location"]) == (303, "/studies/study-2023/data")
    page = settled(client, "/studies/study-2023/data").text
    assert 'value="2023-09-04"' in page
    assert 'value="2023-09-24"' in page
    assert "2,603 份" in page
    assert "✓ 已知" in page
    assert "待填" not in find(client.desk.root, "study-2023").file.read_text("utf-8").split("[questions")[0]
    check = settled(client, "/studies/study-2023/check").text
    assert 'aria-disabled="true"' in check
    assert client.desk.root.joinpath("study-2023", "answers", PAIR[0]).is_file()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "没有文件"),
        ([("家长名单.xlsx", b"PK nonsense")], "家长名单.xlsx"),
        ([("notes.exe", b"MZ")], "notes.exe"),
        ([("a.csv", b"phone\n13800138000\n")], "没有题目"),
        ([(f"{i}.csv", b"a,b\n1,2\n") for i in range(3)], "一份问卷"),
        ([(f"{i}.csv", b"a,b\n1,2\n") for i in range(9)], "8"),
    ],
)
def test_what_is_no_questionnaire_is_refused_and_nothing_is_kept(client, files, said):
    before = sorted(client.desk.root.iterdir())
    answer = upload(client, "/new", files)
    assert answer.status in (400, 422)
    if files[8:] == []:
        alert = re.search(r'role="alert".*?</p>', answer.text, re.DOTALL)[0]
        assert said in alert
        assert "13800138000" not in answer.text
    assert sorted(client.desk.root.iterdir()) == before


def test_names_of_uploads_lead_nowhere(client):
    data = files_of(PAIR[0])[0][1]
    answer = upload(client, "/new", [("..\\..\\CON.xlsx", data)])
    folder = client.desk.root / answer.headers["location"].split("/")[2]
    assert [file.name for file in (folder / "answers").iterdir()] == ["file-CON.xlsx"]


def test_a_report_is_made_shown_and_sent(client):
    page = settled(client, "/studies/taiyuan/check").text
    assert "必须补上 · 1" in page  # who carried it out, which a draft can do without
    answer = client.post("/studies/taiyuan/make", {"seen": seen(page), "status": "draft"})
    assert answer.headers["location"] == "/studies/taiyuan/run"
    running = client.get("/studies/taiyuan/run")
    assert running.status == 200
    assert "停止生成" in running.text
    results = settled(client, "/studies/taiyuan/run")
    assert "简报做好了" in results.text
    assert "没有过期" in results.text
    assert client.get("/studies/taiyuan/page-1.png").headers["content-type"] == "image/png"
    answer = client.get("/studies/taiyuan/out/briefing-zh.pdf")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''%E5%A4%AA%E5%8E%9F")
    assert "sandbox" in answer.headers["content-security-policy"]
    for path in ("out/study.toml", "out/%2e%2e/study.toml", "out/.lock", "out/charts"):
        assert client.get(f"/studies/taiyuan/{path}").status == 404, path
    client.post("/studies/taiyuan/verify", {})
    assert "没有不同" in settled(client, "/studies/taiyuan/report").text
    file = client.desk.root / "taiyuan" / "study.toml"
    file.write_text(file.read_text("utf-8") + "\n", encoding="utf-8")
    assert "已过期" in client.get("/studies/taiyuan/report").text


def test_a_report_that_is_stopped_leaves_the_one_before(client):
    page = client.get("/studies/taiyuan/check").text
    before = (client.desk.root / "taiyuan" / "out" / "run.json").read_bytes()
    client.post("/studies/taiyuan/make", {"seen": seen(page), "status": "draft"})
    client.post("/studies/taiyuan/stop", {})
    text = client.get("/studies/taiyuan/report").text
    assert "您停下了生成" in text
    assert (client.desk.root / "taiyuan" / "out" / "run.json").read_bytes() == before
    packed = client.send("GET", "/studies/taiyuan/all.zip")
    assert packed.status == 200


def test_days_and_names_are_written_as_they_are_typed_and_judged_after(client):
    page = client.get("/studies/study-2023/data").text
    was = re.search(r'name="was" value="(.*?)"', page)[1].replace("&#34;", '"')
    sent = {
        "seen": seen(page),
        "was": was,
        "waves.0.label.zh": "2023年秋",
        ":first.0": "2023/9/4",
        ":last.0": "9月",
    }
    assert client.post("/studies/study-2023/data", sent).status == 303
    text = client.get("/studies/study-2023/data").text
    assert 'value="2023年秋"' in text
    assert 'value="9月"' in text
    assert 'aria-invalid="true"' in text


def test_the_example_is_copied_once(client):
    for _ in range(2):
        assert client.post("/example", {}).headers["location"] == "/studies/example/data"
    assert "示例数据" in client.get("/studies/example/data").text


def test_all_files_are_in_one_archive(client):
    from reports.desk.work.pictures import zipped

    out = client.desk.root / "taiyuan" / "out"
    names = zipfile.ZipFile(io.BytesIO(zipped(out, "zh"))).namelist()
    assert {"briefing-zh.pdf", "estimates.csv", "run.json"} <= set(names)
    assert len(names) == len(set(names))
