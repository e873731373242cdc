"""Charts of the pages after the first: the flow of responses, and demand where fees were offered."""

import pytest
from estimate_rows import results_from, share
from matplotlib.colors import to_hex
from small_study import write_sound

from reports.charts.demand import demand_curves
from reports.charts.margins import flow_chart
from reports.charts.style import LEAD, MID, style
from reports.page.fonts import find_fonts
from survey import read_study


def test_a_bar_a_step_with_its_number_and_the_last_in_the_accent():
    steps = [("Received", 2393), ("Excluded: duplicate", 60), ("Analysed", 2333)]
    with style(find_fonts().sans):
        ax = flow_chart(steps, width=3.18).axes[0]
    assert [bar.get_width() for bar in ax.patches] == [2393, 60, 2333]
    assert [to_hex(bar.get_facecolor()) for bar in ax.patches][1:] == [MID, LEAD]
    assert {"2,393", "60", "2,333"} <= {text.get_text() for text in ax.texts}


@pytest.mark.parametrize(("between", "line", "bands"), [("line", "-", 0), ("nothing", "None", 3)])
def test_nothing_is_drawn_between_fees_that_were_offered(tmp_path, between, line, bands):
    study = read_study(write_sound(tmp_path))
    row = results_from(study, [share("price", 0.7)]).share("concerns", "price")
    curve = [(fee, row) for fee in (800.0, 1200.0, 1600.0)]
    with style(find_fonts().sans):
        ax = demand_curves([curve], ["Yes"], "Fee", between=between).axes[0]
    assert ax.lines[0].get_linestyle() == line
    drawn = [len(c.get_segments()) for c in ax.collections if hasattr(c, "get_segments")]
    assert sum(drawn) == bands
