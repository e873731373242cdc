"""The section on a random sample: its figures are those of the run, and a remaining bias stops the rest."""

import pytest
from beside import TABLE, write_beside
from pdf import words_of
from small_study import reported

from analysis.estimates import Estimates
from reports.commands.report import stored_estimates
from reports.results.results import results_of
from reports.sections.trust.reference import _joined_table
from survey import read_study

TICKS = ("concerns.price", "concerns.quality", "concerns.none")


@pytest.fixture(scope="module")
def joined(tmp_path_factory):
    return reported(write_beside(tmp_path_factory.mktemp("joined")))


@pytest.fixture(scope="module")
def biased(tmp_path_factory):
    columns = ("intent", *TICKS)
    return reported(write_beside(tmp_path_factory.mktemp("biased"), columns=columns))


def squeezed(text):
    return "".join(text.split())


def test_what_was_drawn_and_the_joined_figures_are_the_run_s(joined):
    text = words_of(joined / "briefing-en.pdf")
    assert squeezed("150 people (drawn from the vaccination register), with a response rate of 62%.") in text
    assert squeezed("None of the 3 answers that both were asked for differs clearly") in text
    row = stored_estimates(joined).rows(measure="ipw", option="price", by="").iloc[0]
    share, low, high = (f"{row[name] * 100:.0f}%" for name in ("estimate", "conf_low", "conf_high"))
    assert squeezed(f"“Price” comes to {share} ({low} to {high})") in text
    assert squeezed("is among district and sex") in text
    assert squeezed("On questions that a random sample was asked too") in text
    assert squeezed("由接种登记抽取），应答率62%") in words_of(joined / "briefing-zh.pdf")
    assert squeezed("Composition against the random sample") in text


@pytest.mark.parametrize("fitted", [True, False])
def test_a_method_without_any_figure_has_no_column_and_is_named(joined, fitted):
    study, estimates = read_study(joined.parent / "study.toml"), stored_estimates(joined)
    frame = estimates.frame
    methods = list(study.reference.methods)
    left = methods[-1]
    if not fitted:
        frame = frame[frame["measure"] != left]
    results = results_of(study, Estimates(frame, None, estimates.histories), "en")
    table = _joined_table(results)
    assert len(table.columns) == 2 + 2 * (len(methods) - (not fitted))
    assert ("Not calculated (" in " ".join(table.notes)) == (not fitted)


def test_a_clear_bias_is_said_and_takes_the_place_of_the_allowance(biased):
    estimates = stored_estimates(biased)
    bias = estimates.rows(measure="bias_weighted", option="price").iloc[0]
    text = words_of(biased / "briefing-en.pdf")
    size = f"{abs(bias['estimate']) * 100:.1f}"
    assert squeezed(f"“Price” is {size} points lower in the open questionnaire") in text
    assert squeezed(f"differs from the weighted share choosing “Price” by {size} points") in text
    assert "UnitedStates" not in text
    assert f"{bias['estimate'] * 100:.0f}[b]".replace("-", "−") in text
    assert squeezed("[b] clearly different from the random sample") in text
    assert "comesto" not in text


def test_no_joined_figure_is_printed_where_a_bias_remains(tmp_path):
    folder = reported(write_beside(tmp_path, intent=lambda i: ("yes", "yes", "yes", "no")[i % 4]))
    text = words_of(folder / "briefing-en.pdf")
    assert squeezed("joined figures would be as wrong, and none are printed") in text
    assert "comesto" not in text
    assert squeezed("合并结果会有同样的偏差，故不列出") in words_of(folder / "briefing-zh.pdf")


def test_without_one_there_is_no_section(tmp_path):
    path = write_beside(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace(TABLE, ""), encoding="utf-8")
    text = words_of(reported(path) / "briefing-en.pdf")
    assert "randomsample" not in text.replace("notarandomsample", "").replace("fromarandomsample", "")
