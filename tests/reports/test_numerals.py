"""Every number in a printed briefing is traced to the estimates, the run record, or the study's own words."""

import json
import re
import shutil
from importlib.metadata import version
from math import ceil
from pathlib import Path

import pytest
from office_texts import page_texts, slide_texts, word_texts
from pdf import pages, with_appendix
from small_study import DECLARED, EVERY_SECTION, reported, study_with

from analysis import read_estimates
from analysis.sensitivity.tipping import differential_participation
from reports.language.numbers import (
    amount,
    as_given,
    decimal,
    percent_number,
    percent_tenth,
    plain_points,
    points,
    points_tenth,
    whole,
)
from reports.results.facts import rule_fields
from reports.sections.about.methods import COSTLY, FEW
from reports.sections.decisions.demand_text import ROUND
from reports.sections.sensitivity_text import times
from survey.weighting.calibrate import TOLERANCE

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "taiyuan"
PICTURES = 9  # of one kind, at most, and so the numbers of figures and tables
NUMBER = re.compile(r"(?<![0-9A-Za-z])[+−-]?\d[\d,]*(?:\.\d+)*")


def numbers_in(text):
    return {match[0].rstrip(",.") for match in NUMBER.finditer(text)}


def of_joining(row):
    said = differential_participation(row["estimate"], row["conf_low"], row["conf_high"])
    return {times(said.times), times(said.cautious)}


def of_shares(row):
    limits = ("estimate", "conf_low", "conf_high", "band_low", "band_high")
    return {percent_number(row[k]) for k in limits if k in row and row[k] == row[k]}


def of_places(row):
    return {whole(ceil(row["estimate"] - 1e-9))}


ONE_BY_ONE = {
    "tipping_ratio": of_joining,
    "tipping_unreached": of_shares,
    "total_error": of_shares,
    "imputed_share": of_shares,
    "lowest_share": of_shares,
    "highest_share": of_shares,
    "share_if_selected": of_shares,
    "defect_correlation": lambda row: {decimal(row["estimate"], 3)},
    "standardised_difference": lambda row: {decimal(row["estimate"])},
    "largest_weight": lambda row: {whole(row["estimate"])},
    "effective_n": lambda row: {whole(row["estimate"]), whole(row["n"])},
    "random_equivalent": lambda row: {whole(row["estimate"])},
    "proxy_correlation": lambda row: {decimal(row["estimate"])},
    "mean_absolute_error": lambda row: {plain_points(row["estimate"])},
    "bias": lambda row: {plain_points(row["estimate"])},
    "weighting_move": lambda row: {plain_points(row["estimate"])},
    "margin_move": lambda row: {plain_points(row["estimate"])},
    "times_needed": lambda row: {decimal(row["estimate"], 1)},
    "change_tipping": lambda row: {times(row["estimate"]), times(row["conf_low"])},
    "benchmark_error": lambda row: set(),
    "weight_percentile": lambda row: {decimal(row["estimate"])},
    **dict.fromkeys(
        ("weight_share", "influence", "margin_unknown"), lambda row: {percent_tenth(row["estimate"])}
    ),
    **dict.fromkeys(("composition", "arrival_share"), of_shares),
    "channel_share": lambda row: of_shares(row) | {whole(row["n"])},
    "day": lambda row: of_shares(row) | {part.lstrip("0") for part in row["option"].split("-")},
    **dict.fromkeys(("largest_weight", "effective_n"), lambda row: {whole(row["estimate"]), whole(row["n"])}),
    **dict.fromkeys(("demand", "lowest_demand", "highest_demand", "demand_if_overstated"), of_shares),
    **dict.fromkeys(("demand_at_exactly", "share_round"), of_shares),
    **dict.fromkeys(("children", "existing_places", "places_q10", "places_q50", "places_q90"), of_places),
    **dict.fromkeys(("places_at_low_take_up", "places_at_high_take_up"), of_places),
}


def of_estimates(frame):
    """What the table may be printed as: shares and limits in per cent, changes in points, counts."""
    found = set()
    for row in frame[frame["flag"] != "suppress"].to_dict("records"):
        values = [row[name] for name in ("estimate", "conf_low", "conf_high")]
        if row["measure"] == "share":
            found.add(plain_points((row["conf_high"] - row["conf_low"]) / 2))  # half of an interval
            found |= {percent_number(v) for v in values if v == v}
            found.add(whole(row["n"]))
        elif row["measure"] == "rank":
            found |= {whole(row["conf_low"]), whole(row["conf_high"])}
        elif row["measure"] in ONE_BY_ONE:
            found |= ONE_BY_ONE[row["measure"]](row)
        elif row["measure"] in ("mean", "quantile"):
            found |= {whole(row["n"]), *(amount(v) for v in values if v == v)}
        else:
            found |= {form(v) for v in values if v == v for form in (points, points_tenth)}
            # Up and down are words, and what was chosen less often is turned round.
            found |= {points(-v) for v in values if v == v} | {
                points(abs(v)).lstrip("+") for v in values if v == v
            }
    found |= {whole(n) for n in frame[frame["measure"] == "day"].groupby("wave").size()}
    chosen = frame[(frame["measure"] == "alternative_share") & (frame["by"] != "unweighted")]
    by = chosen.groupby(["question", "option"])["estimate"]
    return found | {plain_points(value) for value in by.max() - by.min() if value == value}


def of_record(run):
    """What the run record may be printed as: the flow, sizes, weights and margins."""
    found = set()
    for wave in run["waves"]:
        weighting, flow = wave["weighting"], wave["flow"]
        found |= {whole(weighting["n"]), whole(weighting["n_eff"]), decimal(weighting["design_effect"])}
        found |= {decimal(weighting["largest"], 1), *(f"{b:g}" for b in weighting["bounds"] or ())}
        found |= {
            whole(flow["returned"]),
            whole(flow["analysed"]),
            whole(flow["returned"] - flow["analysed"]),
        }
        found |= {whole(step["removed"]) for step in flow["steps"]}
        if (copies := flow["copies"]) is not None:
            found |= {whole(copies[name]) for name in ("questions", "least_alike", "counted")}
            found |= {whole(copies["compared"] - copies["told"]), percent_number(copies["seen"] or 0)}
            found |= {whole(10**power) for power in range(1, 5)}  # such files, of which one has a mark
        for margin in weighting["margins"]:
            found.add(percent_tenth(margin["shared_out"]))
            for category in margin["categories"]:
                found.add(whole(category["n"]))
                found |= {percent_tenth(category[k]) for k in ("unweighted", "target", "weighted")}
            found |= numbers_in(json.dumps(margin["sources"], ensure_ascii=False))
    return found


def of_words(study, language):
    """Numbers in the study's own words and in the fixed ones, days of fieldwork among them."""
    fixed = (ROOT / "reports" / "language" / "words" / f"{language}.toml").read_text(encoding="utf-8")
    days = {part.lstrip("0") for day in re.findall(r"\d{4}-\d\d-\d\d", study) for part in day.split("-")}
    fees = re.search(r"^at = \[(.*)\]", study, re.MULTILINE)
    asked = {amount(float(fee)) for fee in numbers_in(fees[1])} if fees else set()
    return numbers_in(study) | numbers_in(fixed) | days | asked


def printed_pages(out, language):
    """The pages of a briefing and of its appendix."""
    return [page for part in with_appendix(out / f"briefing-{language}.pdf") for page in pages(part)]


def unaccounted(printed, out, study, language, *, numbered=0):
    """Numbers of printed pages or other texts that nothing accounts for."""
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    known = of_estimates(read_estimates(out / "estimates.csv").frame) | of_record(run)
    known |= of_words(study, language) | {version("parent-intent"), whole(1 / TOLERANCE)}
    known |= {*rule_fields().values(), whole(FEW), as_given(COSTLY), amount(ROUND)}
    known |= {str(n) for n in range(0, 101, 5)}  # the ticks of an axis
    known |= {amount(100.0 * n) for n in range(200)}  # and of one of amounts
    known |= {decimal(n / 10, 1) for n in range(-9, 10)}  # and of one in standard deviations
    known |= {str(n) for n in range(1, (numbered or len(printed)) + 1)}  # of pages, pictures
    hashes = {value[:8] for value in run["estimates"]["inputs"].values()}
    found = []
    for number, text in enumerate(printed, 1):
        if language == "zh":  # a line may end inside a number's sentence, never inside a number
            text = text.replace("\n", " ")
        for value in hashes:
            text = text.replace(value, "#")
        footnotes = re.sub(r"(?:(?<=。)|(?<=\D\.)|(?<=\d{4}\.))1(?=\s)", "", text)
        found += [f"page {number}: {value}" for value in sorted(numbers_in(footnotes) - known)]
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_of_the_demonstration_is_accounted_for(demo, language):
    study = (DEMO / "study.toml").read_text(encoding="utf-8")
    assert unaccounted(printed_pages(demo, language), demo, study, language) == []
    for texts in (
        word_texts(demo / f"briefing-{language}.docx"),
        slide_texts(demo / f"slides-{language}.pptx"),
        page_texts(demo / "index.html", language),
    ):
        assert len(texts) > 40
        assert unaccounted(texts, demo, study, language, numbered=PICTURES) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_of_a_study_with_all_sections_is_accounted_for(tmp_path, language):
    path = study_with(tmp_path, EVERY_SECTION, declared=DECLARED)
    out = reported(path)
    study = path.read_text(encoding="utf-8") + " 46"  # 0.459, as another survey published it
    assert unaccounted(printed_pages(out, language), out, study, language) == []


def test_a_number_from_nowhere_is_found(demo, tmp_path):
    out = Path(shutil.copytree(demo, tmp_path / "out"))
    run = out / "run.json"
    record = json.loads(run.read_text(encoding="utf-8"))
    before = record["waves"][1]["weighting"]["n_eff"]
    record["waves"][1]["weighting"]["n_eff"] = before + 1000
    run.write_text(json.dumps(record), encoding="utf-8")
    study = (DEMO / "study.toml").read_text(encoding="utf-8")
    for texts in (printed_pages(out, "en"), word_texts(out / "briefing-en.docx")):
        found = unaccounted(texts, out, study, "en", numbered=PICTURES)
        assert {line.split(": ")[1] for line in found} == {whole(before)}
