"""Each page shows what the study file has, and writes what was changed in it and nothing else."""

import html
import json
import re
import tomllib

import pytest
from desk_server import demonstration, seen, served

from reports.desk.words import desk_words


@pytest.fixture
def client(tmp_path):
    demonstration(tmp_path)
    with served(tmp_path) as client:
        client.file = tmp_path / "taiyuan" / "study.toml"
        client.file.write_bytes(client.file.read_bytes())
        yield client.enter()


def fields_of(text, form):
    """Return what a form of a page would send, as a browser without script would."""
    body = re.search(rf'<form[^>]* id="{form}".*?</form>', text, re.DOTALL)[0]
    sent = []
    for tag in re.findall(r"<input[^>]*>", body):
        name, kind = re.search(r'name="([^"]*)"', tag), re.search(r'type="(\w+)"', tag)[1]
        if name and (kind not in ("checkbox", "radio") or " checked" in tag):
            value = re.search(r' value="([^"]*)"', tag)
            sent.append((name[1], html.unescape(value[1] if value else "on")))
    for name, inner in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner) or re.search(
            r'<option value="([^"]*)"', inner
        )
        sent.append((name, html.unescape(chosen[1])))
    sent += [
        (n, html.unescape(v))
        for n, v in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', body, re.DOTALL)
    ]
    return sent


def change(client, page, form, **edits):
    """Send the form of a page with some of its fields changed; a list replaces all ticks of a name."""
    path = f"/studies/taiyuan/{page}"
    sent = fields_of(client.get(path).text, form)
    for name, value in edits.items():
        name = name.replace("__", ".")
        sent = [(n, v) for n, v in sent if n != name]
        sent += [(name, v) for v in (value if isinstance(value, list) else [value])]
    answer = client.send(
        "POST", path, "&".join(f"{quoted(n)}={quoted(v)}" for n, v in sent),
        Content_Type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert answer.status == 303, answer.text
    return answer


def quoted(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


def values(client):
    return tomllib.loads(client.file.read_text(encoding="utf-8"))


PAGES = ["questions", "questions/8", "margins", "margins/2", "screening", "about", "history"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_shown_in_both_languages(client, page, language):
    cookie = f"{client.cookie}; desk-lang={language}"
    answer = client.send("GET", f"/studies/taiyuan/{page}", Cookie=cookie)
    assert answer.status == 200
    assert ('<html lang="en">' in answer.text) == (language == "en")
    words = re.sub(r"<script.*?</script>|<[^>]*>", " ", answer.text)
    assert not re.search(r"\b(o\d+|bounds|collapse|use =|briefing\.\w+)\b", words)


FORMS = {
    "questions/8": "question", "questions/9": "question", "margins/1": "margin", "margins/2": "margin",
    "screening": "screening", "about": "about",
}  # fmt: skip
TEXT = """区县\t人数\r
古交\t210,757\r
小店区\t1 357 242\r
迎泽区\t594238\r
杏花岭区\t779479\r
尖草坪区\t530499\r
万柏林区\t951238\r
晋源区\t316445\r
清徐县\t344472\r
阳曲县\t128483\r
娄烦县\t91208\r
合计\t5304061\r
"""
REVERSED = ["none", "other", "safety", "distance", "quality", "price"]


@pytest.mark.parametrize(("page", "form"), FORMS.items())
def test_a_form_sent_back_unchanged_changes_nothing(client, page, form):
    before = {path.name: path.read_bytes() for path in client.file.parent.iterdir() if path.is_file()}
    change(client, page, form)
    after = {path.name: path.read_bytes() for path in client.file.parent.iterdir() if path.is_file()}
    assert after == before


def test_about_writes_texts_and_takes_out_what_is_emptied(client):
    before = client.file.read_text(encoding="utf-8").splitlines()
    change(client, "about", "about", **{"disclosure.conductor.zh": "太原市卫健委", "study.publisher.zh": ""})
    now = values(client)
    assert now["disclosure"]["conductor"] == {"zh": "太原市卫健委"}
    assert now["study"]["publisher"] == {"en": "Example Childcare Study Group (fictitious)"}
    gone = set(before) - set(client.file.read_text(encoding="utf-8").splitlines())
    assert len(gone) == 1
    assert "撤销" in client.get("/studies/taiyuan/history").text


def test_another_question_of_page_1_is_estimated_and_leaves_no_options_of_the_old(client):
    change(client, "about", "about", **{":headline": "schooling", ":by": "sex"})
    now = values(client)
    assert now["briefing"]["headline"] == "schooling"
    assert "lead" not in now["briefing"]
    assert now["estimates"]["shares"][-1] == "schooling"
    assert now["estimates"]["by"][-1] == "sex"


@pytest.mark.parametrize(
    ("do", "order"),
    [
        ({"do": "up distance"}, ["price", "distance", "quality", "safety", "other", "none"]),
        ({"do": "down none"}, ["price", "quality", "distance", "safety", "other", "none"]),
        ({"order": " ".join(REVERSED), "moved": "none"}, REVERSED),
    ],
)  # fmt: skip
def test_options_are_moved_by_button_and_by_drag(client, do, order):
    answer = change(client, "questions/8", "question", **do)
    assert list(values(client)["questions"]["concerns"]["options"]) == order
    assert "moved=" in answer.headers["location"]
    assert "现在是第" in client.get(answer.headers["location"]).text


def test_the_order_of_the_file_comes_back(client):
    first = list(values(client)["questions"]["concerns"]["options"])
    change(client, "questions/8", "question", do="up none")
    change(client, "questions/8", "question", do="up none")
    change(client, "questions/8", "question", do="file")
    assert list(values(client)["questions"]["concerns"]["options"]) == first


def test_an_order_that_was_not_known_is_known_once_said(client):
    text = client.file.read_text(encoding="utf-8")
    client.file.write_text(
        text.replace("[questions.income]\n", '[questions.income]\norder = "unknown"\n'), encoding="utf-8"
    )
    page = client.get("/studies/taiyuan/questions").text
    assert "请核对选项顺序" in page
    change(client, "questions/6", "question", do="known")
    assert client.file.read_text(encoding="utf-8") == text


def test_meaning_kind_use_and_range_of_a_question(client):
    change(
        client, "questions/8", "question", **{":role.none": "", ":role.other": "other", ":use.required": []}
    )
    now = values(client)
    assert "exclusive" not in now["questions"]["concerns"]["options"]["none"]
    assert now["questions"]["concerns"]["options"]["other"]["typed"] is True
    assert now["screening"]["complete"] == ["child_birth", "intent"]
    change(client, "questions/8", "question", **{":role.other": "same safety"})
    options = values(client)["questions"]["concerns"]["options"]
    assert "other" not in options
    assert options["safety"]["match"] == ["担心孩子的安全与健康", "其他", "Other", "其他【请注明】"]
    change(client, "questions/9", "question", **{":valid.least": "100", ":valid.most": "２０，０００"})
    assert values(client)["questions"]["fee"]["valid"] == [100, 20000]


def test_half_done_work_is_saved_and_the_engine_says_what_is_wrong(client):
    change(client, "questions/9", "question", **{":valid.least": "一百"})
    page = client.get("/studies/taiyuan/questions/9").text
    assert "一百" in page
    assert 'class="wrong"' in page
    assert client.get("/studies/taiyuan/margins").status == 200


def test_figures_are_typed_pasted_and_judged(client):
    change(client, "margins/1", "margin", **{":figure.gujiao": "21.08万", ":note.1": "2020-11-01"})
    page = client.get("/studies/taiyuan/margins/1").text
    assert 'value="21.08万"' in page
    assert 'aria-invalid="true" aria-describedby="e-:figure.gujiao"' in page
    answer = client.post("/studies/taiyuan/margins/1", {"seen": seen(page), "pasted": TEXT})
    assert "对上了 10 项，共 10 项" in client.get(answer.headers["location"]).text
    table = (client.file.parent / "margins-district.csv").read_text(encoding="utf-8-sig")
    assert "古交市,210757," in table
    assert "2020-11-01" in table


def test_a_pasted_text_that_is_none_is_refused_in_words(client):
    page = client.get("/studies/taiyuan/margins/1").text
    before = (client.file.parent / "margins-district.csv").read_bytes()
    answer = client.post("/studies/taiyuan/margins/1", {"seen": seen(page), "pasted": "a\tb\nc\td"})
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert (client.file.parent / "margins-district.csv").read_bytes() == before


def test_margins_are_added_crossed_and_taken_out(client):
    page = client.get("/studies/taiyuan/margins").text
    client.post(
        "/studies/taiyuan/margins/add", {"seen": seen(page), "question": "schooling", "crossed": "sex"}
    )
    assert values(client)["weighting"]["margins"][2]["file"] == "margins-schooling-sex.csv"
    page = client.get("/studies/taiyuan/margins/3").text
    assert "人口数还没有填" in page
    client.post("/studies/taiyuan/margins/take", {"seen": seen(page), "which": "3"})
    assert len(values(client)["weighting"]["margins"]) == 2
    page = client.get("/studies/taiyuan/margins").text
    client.post("/studies/taiyuan/margins/take", {"seen": seen(page), "which": "all"})
    assert values(client)["weighting"]["method"] == "none"
    page = client.get("/studies/taiyuan/margins").text
    client.post("/studies/taiyuan/margins/add", {"seen": seen(page), "question": "sex"})
    assert "method" not in values(client)["weighting"]


def test_a_partner_for_thin_categories_is_chosen(client):
    change(client, "margins/1", "margin", **{":merge.xiaodian": "yingze", ":merge.loufan": ""})
    assert values(client)["weighting"]["collapse"]["district"] == [
        ["yangqu", "jiancaoping"], ["qingxu", "jinyuan"], ["xiaodian", "yingze"],
    ]  # fmt: skip


def test_screening_is_written(client):
    change(
        client,
        "screening",
        "screening",
        **{
            ":rule.burst": [],
            ":number.speeder.share_of_median": "40",
            ":months.1": "23",
            ":outside": ["district outside"],
        },
    )
    now = values(client)
    assert "burst" not in now["screening"]["rules"]
    assert now["screening"]["speeder"]["share_of_median"] == 0.4
    assert now["screening"]["eligible"] == [{"question": "child_months", "between": [0, 23]}]
    assert "ineligible" not in now["questions"]["age"]["options"]["other"]
    change(client, "screening", "screening", **{":months": []})
    assert "eligible" not in values(client)["screening"]


def test_what_was_changed_elsewhere_is_shown_beside_what_was_typed(client):
    path = "/studies/taiyuan/about"
    old = fields_of(client.get(path).text, "about")
    change(client, "about", "about", **{"study.title.zh": "甲标题"})
    sent = [(n, "乙标题" if n == "study.title.zh" else v) for n, v in old]
    body = "&".join(f"{quoted(n)}={quoted(v)}" for n, v in sent)
    answer = client.send("POST", path, body, Content_Type="application/x-www-form-urlencoded")
    assert answer.status == 409
    assert "<td>乙标题</td><td>甲标题</td>" in answer.text
    assert values(client)["study"]["title"]["zh"] == "甲标题"
    kept = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.text)
    client.post(path, [(n, html.unescape(v)) for n, v in kept])
    assert values(client)["study"]["title"]["zh"] == "乙标题"


def test_a_stale_form_does_not_take_back_what_another_page_changed(client):
    path = "/studies/taiyuan/about"
    old = fields_of(client.get(path).text, "about")
    change(client, "about", "about", **{"study.title.zh": "甲标题"})
    fresh = seen(client.get(path).text)
    sent = [(n, {"seen": fresh, "study.publisher.zh": "乙单位"}.get(n, v)) for n, v in old]
    client.post(path, sent)
    assert values(client)["study"]["title"]["zh"] == "甲标题"
    assert values(client)["study"]["publisher"]["zh"] == "乙单位"


def test_undo_brings_back_the_step_before(client):
    before = client.file.read_bytes()
    change(client, "about", "about", **{"study.title.zh": "甲标题"})
    client.post("/studies/taiyuan/history", {"step": "1"})
    assert client.file.read_bytes() == before
    assert client.post("/studies/taiyuan/history", {"step": "99"}).status == 404


def test_hostile_texts_are_shown_as_texts(client):
    evil = '"><script>alert(1)</script>\u202e' + "x" * 10_000
    change(client, "about", "about", **{"study.title.zh": evil})
    change(client, "questions/8", "question", **{"questions.concerns.label.zh": evil})
    for page in ("/", *(f"/studies/taiyuan/{page}" for page in PAGES)):
        text = client.get(page).text
        assert "<script>alert" not in text
        assert text.count("<script") == 1


def test_a_control_character_is_refused_and_nothing_written(client):
    before = client.file.read_bytes()
    path = "/studies/taiyuan/about"
    sent = [
        (n, "a\x07b" if n == "study.title.zh" else v) for n, v in fields_of(client.get(path).text, "about")
    ]
    assert client.post(path, sent).status == 422
    assert client.file.read_bytes() == before


def test_a_study_that_cannot_be_read_still_has_its_pages(client):
    client.file.write_text(
        "[study]\nid = 3\n[questions.a]\nkind = 4\n[weighting]\nmargins = 2\n", encoding="utf-8"
    )
    for page in PAGES:
        assert client.get(f"/studies/taiyuan/{page}").status in (200, 404), page
    client.file.write_text("[study\n", encoding="utf-8")
    for page in ("", *PAGES):
        assert client.get(f"/studies/taiyuan/{page}").status in (200, 303, 307, 404), page


def test_words_are_there_in_both_languages():
    zh, en = desk_words("zh").texts, desk_words("en").texts
    assert set(zh) == set(en)

    def named(text):
        return {
            tuple(re.findall(r"\{(\w+)\}", t)) for t in (text.values() if isinstance(text, dict) else [text])
        }

    for name in zh:
        assert {frozenset(n) for n in named(zh[name])} == {frozenset(n) for n in named(en[name])}, name


def test_was_is_what_the_page_shows(client):
    sent = dict(fields_of(client.get("/studies/taiyuan/about").text, "about"))
    assert json.loads(sent["was"])["study.title.zh"] == sent["study.title.zh"]
