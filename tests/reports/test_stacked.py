"""Bars of 100%: what is drawn, what is withheld, nets beside them, and marks of tested differences."""

import pytest
from estimate_rows import HELD, results_from, share
from small_study import write_sound

from reports.charts.panels import panels, panels_of
from reports.charts.stacked import MOST, fits, parts_of, pictures_of, stacked
from reports.charts.style import LEAD, style
from reports.page.fonts import find_fonts
from survey import read_study

INTENT = [share(c, p, question="intent") for c, p in (("yes", 0.45), ("depends", 0.31), ("no", 0.24))]
NETS = [share(c, p, question="stance") for c, p in (("open", 0.76), ("against", 0.24))]

RATED = "".join(
    f'[questions.r{k}]\nkind = "single"\ncolumn = "r{k}"\ntext = {{ zh = "{k}", en = "{k}" }}\n'
    + "".join(f'options.s{i} = {{ zh = "第{i}档", en = "Point {i}" }}\n' for i in range(4))
    for k in range(40)
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_study(write_sound(tmp_path_factory.mktemp("stacked")))


def drawn(results):
    with style(find_fonts().sans):
        return stacked(results, parts_of(results)).axes[0]


def texts(ax):
    return [t.get_text() for t in ax.texts]


def test_parts_of_a_bar_stand_end_to_end_and_the_net_beside_it(study):
    ax = drawn(results_from(study, [share("price", 0.7), *INTENT, *NETS]))
    parts = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert parts == [pytest.approx(pair) for pair in ((0, 0.45), (0.45, 0.31), (0.76, 0.24))]
    assert {"45", "31", "24", "76%", "Yes", "It depends", "No", "Open"} <= set(texts(ax))


def test_a_withheld_answer_leaves_a_hatched_rest_without_a_figure(study):
    held = [INTENT[0], INTENT[1] | HELD, INTENT[2] | HELD]
    ax = drawn(results_from(study, [share("price", 0.7), *held, NETS[0] | HELD]))
    first, rest = ax.patches
    assert (first.get_width(), rest.get_width()) == pytest.approx((0.45, 0.55))
    assert rest.get_hatch()
    assert "[c]" in texts(ax)  # the net
    assert not {"31", "24", "55", "76%"} & set(texts(ax))
    assert parts_of(results_from(study, [share("price", 0.7), *(row | HELD for row in INTENT)])) == []


def test_groups_have_a_bar_each_and_a_mark_where_they_clearly_differ(study):
    by = [row | {"by": "age", "group": "baby"} for row in INTENT]
    by += [row | {"by": "age", "group": "toddler", "estimate": 0.0} | HELD for row in INTENT]
    clear = share("yes", 0.1, 0.05, question="intent", by="age", group="baby", measure="difference_from_rest")
    for p_adjusted, mark in ((0.01, "45 [d]"), (0.2, "45")):
        ax = drawn(
            results_from(study, [share("price", 0.7), *INTENT, *by, clear | {"p_adjusted": p_adjusted}])
        )
        assert len(ax.patches) == 6
        assert mark in texts(ax)
        assert "not published" in texts(ax)


def test_answers_that_are_many_or_long_are_not_parts_of_one_bar(study, tmp_path):
    results = results_from(study, [share("price", 0.7), *INTENT])
    assert fits(results, "intent")
    assert MOST == 6
    long = (
        "不愿意",
        "无论如何都不愿意把孩子送到任何托育机构去，也不打算了解，家里有老人帮忙照看到上幼儿园" * 2,
    )
    other = read_study(write_sound(tmp_path, ('no = { zh = "不愿意"', f'no = {{ zh = "{long[1]}"')))
    assert not fits(results_from(other, [share("price", 0.7), *INTENT], "zh"), "intent")


def test_pictures_are_no_taller_than_a_page(study):
    (part,) = parts_of(results_from(study, [share("price", 0.7), *INTENT]))
    pictures = pictures_of([part] * 40)
    assert sum(map(len, pictures)) == 40
    assert len(pictures) > 1
    assert all(sum(one.height for one in picture) < 7 for picture in pictures)


def test_panels_have_a_row_a_group_and_accent_only_where_the_test_is_clear(study):
    by = [share("price", p, 0.05, by="district", group=g) for g, p in (("north", 0.9), ("south", 0.5))]
    by.append(share("price", 0.7, by="district", group="west") | HELD)
    tested = {"by": "district", "measure": "difference_from_rest"}
    rest = [
        share("price", 0.2, 0.05, group="north", p_adjusted=0.01, **tested),
        share("price", -0.2, 0.05, group="south", p_adjusted=0.3, **tested),
    ]
    results = results_from(study, [share("price", 0.7), share("quality", 0.4) | HELD, *by, *rest])
    assert [panel.measure for panel in panels_of(results)] == ["share", "share"]
    with style(find_fonts().sans):
        (draw,) = panels(results)
        ax = draw().axes[0]
    dots = [line.get_markeredgecolor() for line in ax.lines if line.get_marker() == "o"]
    assert [colour == LEAD for colour in dots] == [True, False]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["North", "South", "West"]
    assert {"90", "50", "not published", "70%"} <= set(texts(ax))


def test_answers_of_one_scale_are_named_once_a_picture(tmp_path):
    path = write_sound(tmp_path, ("[questions.fee]", RATED + "[questions.fee]"))
    rows = [share("price", 0.7)]
    rows += [share(f"s{i}", 0.25, question=f"r{k}") for k in range(40) for i in range(4)]
    pictures = pictures_of(parts_of(results_from(read_study(path), rows)))
    assert [[part.keyed for part in picture] for picture in pictures] == [
        [True, *[False] * (len(picture) - 1)] for picture in pictures
    ]
    counts = [len(picture) for picture in pictures]
    assert sum(counts) == 40
    assert max(counts) - min(counts) <= 2
