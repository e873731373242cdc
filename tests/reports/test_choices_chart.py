"""The strip of other choices: a tick each where it moves a share, the range beside it, nothing withheld."""

import pytest
from estimate_rows import HELD, results_from, share
from small_study import write_sound

from analysis.sensitivity.alternatives import AS_HERE, UNWEIGHTED, Alternative
from reports.charts.choices import choice_chart
from reports.charts.style import style
from reports.page.fonts import find_fonts
from survey import read_study

DUPLICATES = Alternative("screening", "minimal")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_study(write_sound(tmp_path_factory.mktemp("choices")))


def ticks(results):
    with style(find_fonts().sans):
        ax = choice_chart(results).axes[0]
    moves = [segment[0][0] for one in ax.collections for segment in one.get_segments()]
    return moves, [text.get_text() for text in ax.texts]


def other(alternative, p, **more):
    return share("price", p, 0.03) | alternative.keys | more


def test_each_choice_is_a_tick_at_its_difference_and_the_furthest_is_named(study):
    own = [share("price", 0.7), share("quality", 0.4) | HELD]
    rows = [*own, other(AS_HERE, 0.7), other(UNWEIGHTED, 0.65), other(DUPLICATES, 0.71)]
    moves, texts = ticks(results_from(study, rows))
    assert sorted(moves) == pytest.approx([-0.05, 0.01])
    assert {"Unweighted", "Only duplicates excluded", "65% to 71%"} <= set(texts)


def test_a_withheld_choice_has_no_tick_and_no_end_of_the_range(study):
    own = [share("price", 0.7), share("quality", 0.4) | HELD]
    rows = [*own, other(AS_HERE, 0.7), other(UNWEIGHTED, 0.65, **HELD), other(DUPLICATES, 0.71)]
    moves, texts = ticks(results_from(study, rows))
    assert moves == pytest.approx([0.01])
    assert "70% to 71%" in texts
    assert "Unweighted" not in texts
