"""What a notebook shows: short objects, labels beside codes, the charts of the print, public names alone."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

import analysis
import reports
import survey
from analysis.labels import FIRST, first_rows

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def steps():
    """Every object on the way from a study to shares by district."""
    study = survey.read_study(ROOT / "data" / "taiyuan" / "study.toml")
    answers = survey.read_responses(study, wave="2024")
    kept, flow = survey.screen(answers, study)
    sample = survey.weigh(kept, study)
    shares = [analysis.shares(sample, "concerns"), analysis.shares(sample, "concerns", by="district")]
    return study, answers, flow, sample, sample.recipe, analysis.combine(shares)


def test_every_object_is_shown_in_short(steps):
    for shown in steps:
        assert len(repr(shown)) < 1500, type(shown)
        assert repr(shown).count("\n") <= FIRST + 2
        assert shown._repr_html_().startswith("<table>")
    study, answers, flow, sample, recipe, _ = steps
    assert repr(study) == "Study(taiyuan, waves=2023, 2024, questions=13)"
    assert repr(answers) == "Responses(2024, n=2,393, questions=13, platform=wjx)"
    assert repr(flow).startswith("Flow(returned=2,393, ")
    assert repr(flow).endswith("analysed=2,083)")
    assert "n=2,083" in repr(sample)
    assert str(recipe) in f"1. {repr(recipe)[len('Recipe(1=') : -1]}"


def test_estimates_are_shown_as_percentages_and_flags_as_words(steps):
    frame = steps[-1].frame
    rows = first_rows(frame)
    assert len(rows) == FIRST
    assert rows["estimate"].iloc[0] == f"{100 * frame['estimate'].iloc[0]:.1f}%"
    held = first_rows(frame[frame["flag"] == "suppress"])
    assert set(held["flag"]) == {"suppressed 不予公布"}
    assert set(held["estimate"]) == {""}


def test_html_holds_no_mark_that_a_label_could_bring():
    from survey.shown import html_table

    assert "<script>" not in html_table(("a",), [("<script>", "b")])


@pytest.mark.parametrize(
    ("language", "label", "group"), [("zh", "价格偏高", "小店区"), ("en", "Price", "Xiaodian")]
)
def test_labels_stand_beside_the_codes(steps, language, label, group):
    study, estimates = steps[0], steps[-1]
    table = estimates.labelled(study, language=language)
    row = table[(table["option"] == "price") & (table["group"] == "xiaodian")].iloc[0]
    assert (row["option_label"], row["group_label"]) == (label, group)
    assert [*table.columns[: len(estimates.frame.columns)]] == [*estimates.frame.columns]
    assert (table.loc[table["by"] == "", "group_label"] == "").all()
    with pytest.raises(survey.EstimateError, match="fr"):
        estimates.labelled(study, language="fr")


def test_a_difference_has_the_labels_of_both():
    study = survey.read_study(ROOT / "data" / "taiyuan" / "study.toml")
    kept, _ = survey.screen(survey.read_responses(study, wave="2024"), study)
    apart = analysis.option_difference(
        analysis.shares(survey.weigh(kept, study), "concerns"), "price", "quality"
    )
    assert apart.labelled(study, language="en")["option_label"].iloc[0] == "Price - Quality and staff"


@pytest.mark.parametrize("kind", ["shares", "groups", "changes"])
def test_a_chart_is_the_drawing_of_the_print(steps, kind):
    study, estimates = steps[0], steps[-1]
    figure = reports.plot(estimates, study, kind=kind, question="concerns", language="en")
    assert figure._repr_png_().startswith(b"\x89PNG")
    words = {text.get_text() for ax in figure.axes for text in ax.get_yticklabels() + ax.texts}
    assert any("Price" in word or "Xiaodian" in word for word in words)


def test_a_chart_is_placed_in_axes(steps):
    figure = Figure()
    axes = figure.subplots(1, 2)
    assert reports.plot(steps[-1], steps[0], axes=axes[1]) is figure
    assert len(axes[1].images) == 1
    assert np.asarray(axes[1].images[0].get_array()).std() > 0
    assert not axes[0].images


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"kind": "demand"}, "holds no demand"), ({"kind": "pie"}, "pie"), ({"language": "fr"}, "fr")],
)
def test_what_cannot_be_drawn_is_refused(steps, asked, said):
    with pytest.raises(survey.SurveyError, match=said):
        reports.plot(steps[-1], steps[0], **asked)


def test_groups_are_refused_where_there_are_none(steps):
    whole = analysis.shares(steps[3], "concerns")
    with pytest.raises(survey.ReportError, match="by group"):
        reports.plot(whole, steps[0], kind="groups")


@pytest.mark.parametrize("package", [survey, analysis, reports])
def test_a_package_lists_its_public_names_alone_and_is_typed(package):
    assert dir(package) == sorted(package.__all__)
    assert (Path(package.__file__).parent / "py.typed").exists()


def test_a_type_checker_knows_what_comes_back(tmp_path):
    script = tmp_path / "typed.py"
    script.write_text("import survey\nreveal_type(survey.read_study('a'))\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--no-incremental", "--follow-imports=silent", str(script)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert 'Revealed type is "survey.study.study.Study"' in ran.stdout, ran.stdout


@pytest.mark.parametrize("package", ["analysis", "reports"])
def test_a_script_of_the_users_own_that_has_our_name_is_named(tmp_path, package):
    (tmp_path / f"{package}.py").write_text("x = 1\n", encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import survey; survey.weigh",
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 1
    last = ran.stderr.splitlines()[-1]
    assert f"{package}.py: stands in the way of the package {package}" in last
    assert "rename that file" in last
