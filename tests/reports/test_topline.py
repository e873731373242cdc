"""The topline: wording, options and nets, the last wave with its interval, those before it, the change."""

import pytest
from estimate_rows import change, results_from, share

from reports.sections.questions import change as change_section
from reports.sections.questions import topline
from survey import read_study


@pytest.fixture(scope="module")
def study():
    return read_study("data/taiyuan/study.toml")


def test_waves_stand_side_by_side_with_the_change_and_its_mark(study):
    rows = [share("price", 0.7), share("price", 0.8) | {"wave": "2023"}, change("price", -0.1, 0.03)]
    rows += [share("quality", 0.48), share("quality", 0.48) | {"wave": "2023"}, change("quality", 0.0, 0.03)]
    table = topline.table(results_from(study, rows))
    assert table.columns[3:] == ("2023 (%)", "Change since 2023 (points)")
    (group,) = [group for group in table.groups if "worries you" in group.label]
    cells = {row[0]: row[1:] for row in group.rows}
    assert cells["Price"] == ("70", "67 to 73", "80", "−10*")
    assert cells["Quality and staff"][2:] == ("48", "0")


def test_what_is_withheld_in_a_wave_is_in_the_change_too(study):
    held = {"flag": "suppress", "estimate": float("nan"), "conf_low": float("nan"), "conf_high": float("nan")}
    rows = [
        share("price", 0.7),
        share("price", 0.8) | {"wave": "2023"} | held,
        change("price", -0.1, 0.03) | held,
    ]
    (row,) = topline.table(results_from(study, rows)).groups[0].rows
    assert row == ("Price", "70", "67 to 73", "[c]", "[c]")


def test_one_wave_has_no_column_of_change(study):
    table = topline.table(results_from(study, [share("price", 0.7)]))
    assert len(table.columns) == len(table.widths) == 3
    assert change_section.table(results_from(study, [share("price", 0.7)])) is None
