"""Bars of questions with one answer, and the ranks that groups may have: what they draw, what they say."""

import pytest
from estimate_rows import HELD, results_from, share
from small_study import write_sound

from reports.charts import bars
from reports.charts.bars import answer_bars, blocks_of, pages_of
from reports.charts.panels import panels
from reports.charts.style import style
from reports.page.fonts import find_fonts
from reports.sections import groups
from reports.sections.contents import printed_sections, printing_of
from reports.sections.questions.ranks import table as ranks_table
from reports.sections.section import Printing
from survey import read_study


def results_with(tmp_path, rows, language="en"):
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    return results_from(read_study(write_sound(folder)), rows, language)


def tables_by(option, ranges, *, note=""):
    """Rows of a share by district and the ranks it may have; of the other leading option none are printed."""
    rows = [share(option, 0.70, 0.022), share("quality", 0.5, 0.02)]
    rows += [share("quality", 0.0, 0.0, by="district", group=group) | HELD for group in ranges]
    for group, (low, high) in ranges.items():
        at = {"by": "district", "group": group}
        rows.append(share(option, 0.5, 0.05, **at))
        rows.append(share(option, 0.0, 0.0, measure="rank", **at) | {"conf_low": low, "conf_high": high})
        rows[-1] |= {"note": note, "estimate": float("nan")}
    return rows


def groups_section(results):
    """The section of groups as printed."""
    return next(s for s in printed_sections(printing_of(results)) if s.name == "groups")


def texts_of(figure):
    return [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text")) if t.get_text()]


@pytest.fixture
def long_answers(monkeypatch):
    """Answers too long to be named above one bar."""
    monkeypatch.setattr(bars, "fits", lambda *_: False)


@pytest.mark.usefixtures("long_answers")
def test_bars_are_the_shares_in_the_order_put(tmp_path):
    rows = [share("price", 0.7, 0.02)]
    rows += [
        share(c, p, 0.03, question="intent") for c, p in (("yes", 0.45), ("depends", 0.31), ("no", 0.24))
    ]
    results = results_with(tmp_path, rows)
    assert [b.rows[0].estimate for b in blocks_of(results)] == [0.45]
    with style(find_fonts().sans):
        (draw,) = answer_bars(results, pages_of(results))
        figure = draw()
    bars = figure.axes[0].patches
    assert [bar.get_width() for bar in bars] == [0.45, 0.31, 0.24]
    heights = [bar.get_y() for bar in bars]
    assert heights == sorted(heights, reverse=True)
    assert figure.axes[0].get_xlim()[0] == 0
    assert {"45%", "31%", "24%"} <= set(texts_of(figure))


@pytest.mark.usefixtures("long_answers")
def test_a_withheld_answer_has_its_mark_and_a_withheld_question_no_bars(tmp_path):
    rows = [share("price", 0.7, 0.02), share("yes", 0.45, 0.03, question="intent")]
    rows += [share("no", 0.0, 0.0, question="intent") | HELD]
    with style(find_fonts().sans):
        results = results_with(tmp_path, rows)
        (draw,) = answer_bars(results, pages_of(results))
        figure = draw()
    assert len(figure.axes[0].patches) == 1
    assert "[c]" in texts_of(figure)
    assert blocks_of(results_with(tmp_path, [rows[0], rows[1] | HELD, rows[2]])) == []


@pytest.mark.usefixtures("long_answers")
def test_many_questions_take_several_pictures(tmp_path, monkeypatch):
    rows = [share("price", 0.7, 0.02)]
    rows += [
        share(c, p, 0.03, question="intent") for c, p in (("yes", 0.45), ("depends", 0.31), ("no", 0.24))
    ]
    block = blocks_of(results_with(tmp_path, rows))[0]
    monkeypatch.setattr(bars, "blocks_of", lambda _: [block] * 11)
    parts = pages_of(results_with(tmp_path, rows))
    assert sum(len(part) for part in parts) == 11
    assert all(sum(b.height for b in part) <= 6.5 for part in parts)
    assert len(parts) == 3


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "nothing is certain of the order of the groups (by district): each could have any rank"),
        ("zh", "本次数据不能确定各组（按district分）的先后：任何一组都可能居任何一位"),
    ],
)
def test_where_no_order_can_be_read_it_says_so_and_has_no_table(tmp_path, language, words):
    rows = tables_by("price", {"north": (1, 3), "south": (1, 3), "west": (1, 3)}, note="no_order")
    results = results_with(tmp_path, rows, language)
    section = groups_section(results)
    assert words in section.texts[0]["texts"][0]
    assert ranks_table(results) is None


def test_only_what_is_certain_of_the_ranks_is_said_and_the_table_has_all(tmp_path):
    rows = tables_by("price", {"north": (1, 2), "south": (1, 3), "west": (2, 3)})
    results = results_with(tmp_path, rows)
    section = groups_section(results)
    text = section.texts[0]["texts"][0]
    assert text.startswith("On “Price”, only this is certain of the order of the groups (by district): ")
    assert "North is among the first 2" in text
    assert "West is among the last 2" in text
    assert "South" not in text
    found = {row[0]: row[1] for row in ranks_table(results).groups[0].rows}
    assert found == {"North": "1 to 2", "South": "1 to 3", "West": "2 to 3"}


def test_a_study_without_ranks_says_nothing_of_them(tmp_path):
    results = results_with(tmp_path, [share("price", 0.7, 0.02)])
    assert list(groups.SECTION.texts(Printing(results, "", {}))) == []


@pytest.mark.parametrize("held", [False, True])
def test_a_model_based_share_is_a_second_hollow_mark(tmp_path, held):
    rows = tables_by("price", {"north": (1, 3), "south": (1, 3), "west": (1, 3)})
    at = {"by": "district", "group": "north"}
    rows = [row for row in rows if row.get("measure") != "rank"]
    if held:
        rows = [row | HELD if row.get("group") == "north" else row for row in rows]
    plain = results_with(tmp_path, rows)
    modelled = {"measure": "model_share", "method": "fay_herriot_adjusted"}
    model = results_with(tmp_path, [*rows, share("price", 0.6, 0.1, **modelled, **at)])
    drawn = []
    for results in (plain, model):
        with style(find_fonts().sans):
            (draw,) = panels(results)
            figure = draw()
        hollow = [line for line in figure.axes[0].lines if line.get_markerfacecolor() == "white"]
        drawn.append(len([line for line in hollow if line.get_marker() == "D"]))
    assert drawn == [0, 1]
    captions = [
        next(chart.caption for chart in groups_section(r).charts if chart.name == "groups")
        for r in (plain, model)
    ]
    assert "model-based" not in captions[0].replace("model-based interval", "")
    assert "hollow markers are model-based" in captions[1]
