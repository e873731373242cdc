"""A newer download and another wave on the desk: what differs is shown first, and then written."""

import io
import tomllib

import openpyxl
import pytest
from desk_server import DEMONSTRATION, demonstration, seen, served, upload

import survey
from survey import read_study
from survey.drafting.downloads.newer import Change, OptionChange, differences
from survey.exports.platforms import read_export
from survey.sources.reading import file_export

NEWEST = "responses-2024-text.xlsx"


def changed(change, name=NEWEST):
    """A download of the demonstration with its sheet changed, as bytes."""
    book = openpyxl.load_workbook(DEMONSTRATION / name)
    change(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cut(rows):
    return changed(lambda sheet: sheet.delete_rows(rows + 2, sheet.max_row))


def reworded(sheet):
    """Put question 5 in other words, and give an answer that nobody gave before."""
    heads = {str(cell.value).split("、")[0]: cell for cell in sheet[1]}
    heads["5"].value = "5、您读到哪一级？"
    sheet[f"{heads['1'].column_letter}2"].value = "阳泉市"


@pytest.fixture
def client(tmp_path):
    demonstration(tmp_path)
    with served(tmp_path) as client:
        client.file = tmp_path / "taiyuan" / "study.toml"
        yield client.enter()


def toml(client):
    return tomllib.loads(client.file.read_text(encoding="utf-8"))


def sent(client, address, data, name="新.xlsx"):
    """Send a file to be compared, and return the page that compares it."""
    base = "/studies/taiyuan/data"
    answer = upload(client, f"{base}/{address}", [(name, data)])
    assert (answer.status, answer.headers["location"]) == (303, f"{base}/{address}")
    page = client.get(answer.headers["location"])
    assert page.status == 200
    return page.text


def answer(client, address, page, **fields):
    fields = {"seen": seen(page), "answer": "yes"} | fields
    return client.post(f"/studies/taiyuan/data/{address}/answer", fields)


def test_the_earlier_part_of_a_download_lacks_answers_and_is_not_the_button_to_press(client):
    page = sent(client, "newer/1", cut(2000))
    assert "有 393 份不在新文件里" in page
    assert 'value="no" class="primary"' in page
    before = client.file.read_bytes()
    assert answer(client, "newer/1", page, answer="no").status == 303
    assert client.file.read_bytes() == before
    assert not (client.file.parent / ".desk" / "newer" / "1").exists()
    assert "新.xlsx" not in client.get("/studies/taiyuan/data").text


def test_a_newer_download_moves_the_last_day_and_can_be_brought_back(client):
    early = client.file.parent / NEWEST
    whole = early.read_bytes()
    early.write_bytes(cut(2000))
    before = client.file.read_bytes()
    page = sent(client, "newer/1", whole)
    assert "原来的 2,000 份都在，多了 393 份" in page
    assert 'value="yes" class="primary"' in page
    assert answer(client, "newer/1", page).headers["location"] == "/studies/taiyuan/data"
    wave = toml(client)["waves"][1]
    assert wave["responses"] == "answers/新.xlsx"
    assert str(wave["fieldwork"][1]) == "2024-09-22"
    study = read_study(client.file)
    assert len(survey.read_responses(study, "2024")) == 2393
    assert client.post("/studies/taiyuan/history", {"step": 1}).status == 303
    assert client.file.read_bytes() == before


def test_what_is_new_in_a_newer_download_is_said_and_written(client):
    page = sent(client, "newer/1", changed(reworded))
    assert "第 1 题多了一个“阳泉市”" in page
    assert "第 5 题的措辞变了：“您读到哪一级？”" in page
    answer(client, "newer/1", page)
    district = toml(client)["questions"]["district"]["options"]
    assert [*district][-1] == "o12"
    assert district["o12"] == {"zh": "阳泉市"}


def test_another_wave_is_put_in_the_order_of_its_days(client):
    moved = changed(
        lambda sheet: [
            setattr(cell, "value", cell.value.replace("2023", "2022"))
            for row in sheet.iter_rows(min_row=2)
            for cell in row
            if isinstance(cell.value, str) and cell.value.startswith("2023")
        ],
        "responses-2023-text.xlsx",
    )
    page = sent(client, "add", moved, "早.xlsx")
    assert "没有相同的答卷" in page
    assert "题目和题号都相同" in page
    answer(client, "add", page)
    waves = toml(client)["waves"]
    assert [wave["id"] for wave in waves] == ["2022", "2023", "2024"]
    assert [str(day)[:4] for day in waves[0]["fieldwork"]] == ["2022", "2022"]
    assert read_study(client.file).waves[0].responses.name == "早.xlsx"


def test_how_another_wave_asked_is_written_beside_the_question(client):
    def other(sheet):
        reworded(sheet)
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("2024"):
                    cell.value = cell.value.replace("2024", "2025")

    page = sent(client, "add", changed(other))
    assert page.count('name="same.') == 2
    answer(client, "add", page, **{"same.schooling": "yes"})
    questions = toml(client)["questions"]
    form = {"column": 5, "text": {"zh": "您读到哪一级？"}, "comparable": True}
    assert questions["schooling"]["waves"] == {"2025": form}
    assert "o12" not in questions["district"]["waves"]["2024"]["options"]
    assert "2025" not in questions["district"]["waves"]
    study = read_study(client.file)
    assert [wave.id for wave in study.waves] == ["2023", "2024", "2025"]
    assert len(survey.read_responses(study, "2025")) == 2393


def test_another_wave_is_read_where_the_one_it_is_like_is_read(client):
    """A column that only the last wave has otherwise would be read wrongly without a word."""
    text = client.file.read_text(encoding="utf-8").replace(
        '[questions.schooling]\nkind = "single"\ncolumn = 5',
        '[questions.schooling]\nkind = "single"\ncolumn = 6',
    )
    forms = "".join(f"[questions.schooling.waves.{wave}]\ncolumn = 5\n" for wave in (2023, 2024))
    client.file.write_text(text + "\n" + forms, encoding="utf-8")
    page = sent(client, "add", changed(lambda sheet: sheet.delete_rows(900, 2000)))
    answer(client, "add", page)
    forms = toml(client)["questions"]["schooling"]["waves"]
    assert [*forms] == ["2023", "2024", "2024_2"]
    assert forms["2024_2"] == {"column": 5}


def test_the_same_file_is_no_other_wave_and_can_be_taken_as_a_newer_download(client):
    page = sent(client, "add", (DEMONSTRATION / NEWEST).read_bytes())
    assert "2,393 份与2024年完全相同" in page
    assert "在2024年的日期之内" in page
    assert 'value="no" class="primary"' in page
    moved = answer(client, "add", page, answer="other")
    assert moved.headers["location"] == "/studies/taiyuan/data/newer/last"
    assert "原来的 2,393 份都在，多了 0 份" in client.get("/studies/taiyuan/data/newer/last").text


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("a.csv", "电话\n13800138000\n".encode())], "不是同一种下载"),
        ([("a.xlsx", b"PK nonsense")], "a.xlsx"),
        ([("n.xlsx", (DEMONSTRATION / "responses-2023-number.xlsx").read_bytes())], "不是同一种下载"),
        ([("a.csv", b"a\n1\n"), ("b.csv", b"a\n1\n")], "一次只比较一个"),
    ],
)
def test_another_file_is_refused_and_not_kept(client, files, said):
    address = "/studies/taiyuan/data/newer/1"
    page = upload(client, address, files)
    page = client.get(page.headers["location"]) if page.status == 303 else page
    assert page.status == 422
    assert said in page.text
    assert "13800138000" not in page.text
    assert [*client.file.parent.rglob(files[0][0])] == []


def test_what_was_changed_elsewhere_meanwhile_is_not_written_over(client):
    page = sent(client, "newer/1", (DEMONSTRATION / NEWEST).read_bytes())
    client.file.write_text(client.file.read_text("utf-8") + "# elsewhere\n", encoding="utf-8")
    assert answer(client, "newer/1", page).status == 409
    assert "responses-2024-text.xlsx" in client.file.read_text("utf-8")
    assert not (client.file.parent / "answers" / "新.xlsx").exists()


@pytest.mark.parametrize("page", ["newer/7", "newer/../1", "newer/x"])
def test_of_a_wave_that_is_not_there_there_is_no_page(client, page):
    assert client.get(f"/studies/taiyuan/data/{page}").status == 404


def test_a_file_is_the_same_as_itself_and_loses_what_is_taken_out(tmp_path):
    study = read_study(DEMONSTRATION / "study.toml")
    used = file_export(study.wave("2024"))
    same = differences(study, "2024", used, used)
    assert (same.gone, same.changes, same.option_changes, same.unread) == (0, (), (), ())

    def without(sheet):
        heads = {str(cell.value).split("、")[0]: cell.column for cell in sheet[1]}
        sheet.delete_cols(heads["5"])

    (tmp_path / "less.xlsx").write_bytes(changed(without))
    less = differences(study, "2024", used, read_export(tmp_path / "less.xlsx"))
    assert less.changes == (Change("schooling", "absent"),)
    assert less.gone == 0
    numbers = DEMONSTRATION / "responses-2023-number.xlsx"
    ticks = changed(lambda sheet: sheet.delete_cols(_column_of(sheet, "价格")), numbers.name)
    (tmp_path / "ticks.xlsx").write_bytes(ticks)
    fewer = differences(study, "2023", read_export(numbers), read_export(tmp_path / "ticks.xlsx"))
    assert [(o.question, o.kind) for o in fewer.option_changes] == [("concerns", "gone")]
    assert isinstance(fewer.option_changes[0], OptionChange)


def _column_of(sheet, word):
    return next(cell.column for cell in sheet[1] if word in str(cell.value))
