"""From a study file to its folder of results: estimates, run record, briefings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from analysis import Estimates, combine, estimate, read_estimates
from analysis.plans.estimates import read_estimate_plan
from analysis.plans.sensitivity import other_margins, read_sensitivity
from analysis.study.sensitivity import sensitivity_analysis
from reports.folder import run_record
from reports.folder.chart_files import ChartFiles
from reports.folder.results import only_run, replace_results
from reports.folder.table_files import parquet, workbook
from reports.folder.writing import write_together
from reports.language.numbers import whole
from reports.language.words import synthetic_mark
from reports.page.briefing import Briefing, Drawn, compose, named_tables, undrawn
from reports.page.fonts import Fonts, find_fonts
from reports.page.typeset import typeset
from reports.results.results import results_of
from reports.results.settings import check_tables
from survey import Study, read_responses, screen, weigh
from survey.errors import ReportError
from survey.history import history_from_dict, history_to_dict
from survey.responses.responses import Responses
from survey.screening.screen import Flags, screening_flags
from survey.weighting.person_weights import keyed_weights
from survey.weighting.sample import WeightedSample

Say = Callable[[str], None]
UNDATED = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Made:
    """Estimates with the files they are written as, and the run record so far."""

    estimates: Estimates
    files: dict[str, bytes]
    record: dict[str, Any]


def make_estimates(study: Study, *, say: Say, weights: str = "") -> Made:
    """Return all estimates of a study with estimates.csv and what else is asked for, nothing written yet.

    Parameters
    ----------
    weights : str
        "row" or a column by which each respondent's weight is given too, weights-WAVE.csv; "" for none.

    Raises
    ------
    SurveyError
        Of the first mistake.
    """
    read_estimate_plan(study)
    read_sensitivity(study)
    other_margins(study)
    check_tables(study)
    # As they are when they are read: a file changed meanwhile is not what was estimated.
    # One that is not there is named below by what needs it.
    inputs = run_record.input_hashes(study.path, run_record.present(study.inputs))
    samples, returned, more = {}, None, dict[str, bytes]()
    flags: Flags = {}
    for wave in study.waves:
        say(f"reading {wave.responses.name}")
        returned = read_responses(study, wave.id)
        flags = screening_flags(returned, study.screening)
        kept, flow = screen(returned, study, flags=flags)
        step = "; weighting" if study.weighting.method == "raking" else ""
        say(f"  {whole(flow.returned)} returned, {whole(flow.analysed)} kept{step}")
        samples[wave.id] = weigh(kept, study)
        if weights:
            keyed = keyed_weights(samples[wave.id], kept, weights)
            text = keyed.to_csv(index=False, lineterminator="\n")
            more[f"weights-{wave.id}.csv"] = text.encode("utf-8-sig")
    estimates = estimate(study, samples, say=say)
    assert returned is not None  # a study has a wave
    parts = _sensitivity_analysis(study, samples, (returned, flags), estimates, say)
    estimates = combine([estimates, *parts]) if parts else estimates
    table = estimates.to_csv().encode("utf-8")
    record = _run_record(study, estimates, table, inputs)
    return Made(estimates, {"estimates.csv": table, **more}, record)


def run_estimates(study: Study, out: Path, *, say: Say, weights: str = "") -> Estimates:
    """Return all estimates of a study, written to estimates.csv and run.json in `out`.

    Parameters
    ----------
    weights : str
        As `make_estimates`.

    Raises
    ------
    SurveyError
        Of the first mistake; nothing is written then.
    """
    with only_run(out):
        made = make_estimates(study, say=say, weights=weights)
        replace_results(out, {**made.files, "run.json": run_record.run_bytes(made.record)})
    return made.estimates


def run_report(study: Study, out: Path, *, say: Say) -> None:
    """Estimate and print a study: all its results take the place of those before, or none does.

    Raises
    ------
    SurveyError
        Of the first mistake; nothing is written then.
    """
    with only_run(out):
        made = make_estimates(study, say=say)
        pages, record = _pages(study, made.estimates, made.record, made.files["estimates.csv"], say=say)
        replace_results(out, {**made.files, **pages, "run.json": run_record.run_bytes(record)})


def _sensitivity_analysis(
    study: Study,
    samples: Mapping[str, WeightedSample],
    last: tuple[Responses, Flags],
    estimates: Estimates,
    say: Say,
) -> list[Estimates]:
    """Return what the last headline hangs on, from the answers as returned and who meets which rule."""
    waves = list(samples)
    of_wave = [replace(estimates, frame=estimates.rows(wave=name), joint=None) for name in waves[-2:]]
    return sensitivity_analysis(
        study,
        samples[waves[-1]],
        last[0],
        flags=last[1],
        estimates=of_wave[-1],
        previous=of_wave[0] if len(of_wave) > 1 else None,
        say=say,
    )


def _run_record(study: Study, estimates: Estimates, table: bytes, inputs: dict[str, str]) -> dict[str, Any]:
    import hashlib

    databases = [wave.table for wave in study.waves if wave.in_database]
    return {
        "program": "parent-intent",
        "version": run_record.versions(["parent-intent"]).get("parent-intent", ""),
        "study": study.id,
        "synthetic": study.synthetic,
        "estimates": {
            "inputs": inputs,
            # Nobody can say whether a database has changed: a study of it is never up to date.
            **({"databases": databases} if databases else {}),
            "code": run_record.code_hash("survey", "analysis"),
            "packages": run_record.versions(run_record.PACKAGES),
            "sha256": hashlib.sha256(table).hexdigest(),
        },
        "waves": [history_to_dict(history) for history in estimates.histories.values()],
    }


def stored_estimates(out: Path) -> Estimates:
    """Return the estimates of a folder with the history of their waves, without the answers.

    Raises
    ------
    EstimateError, ReportError
        If the table or the run record is not there or not whole.
    """
    estimates = read_estimates(out / "estimates.csv")
    try:
        histories = {wave["wave"]: history_from_dict(wave) for wave in run_record.read_run(out)["waves"]}
    except (KeyError, TypeError, IndexError):
        raise ReportError(
            str(out / "run.json"), "is missing or not whole", "delete the folder and run the report again"
        ) from None
    return Estimates(estimates.frame, None, histories)


def write_briefing(study: Study, estimates: Estimates, out: str | Path, *, say: Say = print) -> list[Path]:
    """Return the paths of the briefings written to a folder, one a language of the study.

    Needs nothing but the estimates and the histories they carry, so a briefing is reprinted without
    anybody's answers.

    Parameters
    ----------
    say : callable
        Told of characters that cannot be drawn.

    Raises
    ------
    StudyError, ReportError
        If the [briefing] or [disclosure] table is wrong, or there is nothing to print.
    """
    fonts = find_fonts()
    made = {
        f"briefing-{language}.pdf": typeset(
            _composed(study, estimates, language, fonts, {}), fonts, issued=issued(study), warn=say
        )
        for language in study.languages
    }
    return write_together(Path(out), made)


def run_briefings(study: Study, estimates: Estimates, out: Path, *, say: Say) -> None:
    """Print the briefings of a study, with charts and tables as files, and add to run.json how.

    Raises
    ------
    StudyError, ReportError
        As `write_briefing`; nothing is written then.
    """
    with only_run(out):
        table = (out / "estimates.csv").read_bytes()
        pages, record = _pages(study, estimates, run_record.read_run(out), table, say=say)
        replace_results(out, {**pages, "run.json": run_record.run_bytes(record)})


def _pages(
    study: Study, estimates: Estimates, run: dict[str, Any], table: bytes, *, say: Say
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the printed files of a study, and its run record with how they were made."""
    import hashlib

    fonts = find_fonts()
    say("drawing charts and setting pages: " + ", ".join(study.languages))
    waiting, tables = [], {}
    with ThreadPoolExecutor(1) as pool:  # the typesetter needs no Python while it works
        for language in study.languages:
            pictures = ChartFiles(language, synthetic_mark(study, language), fonts, pool)
            briefing = _composed(study, estimates, language, fonts, run, pictures.add)
            page = pool.submit(typeset, briefing, fonts, issued=issued(study), warn=say)
            waiting.append((briefing, pictures, page))
            tables[language] = named_tables(results_of(study, estimates, language))
        book = workbook(study, estimates, tables, issued(study))
        columns = parquet(estimates)
        made = dict[str, bytes]()
        for briefing, pictures, page in waiting:
            made |= pictures.files(briefing)
            made[f"briefing-{briefing.language}.pdf"] = page.result()
    made |= {"estimates.xlsx": book, "estimates.parquet": columns}
    record = dict(run)
    record["briefings"] = {
        "code": run_record.code_hash("reports"),
        "packages": run_record.versions(run_record.PRINTERS),
        "fonts": fonts.name,
        "estimates": hashlib.sha256(table).hexdigest(),
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in made.items()},
    }
    return made, record


def _composed(
    study: Study,
    estimates: Estimates,
    language: str,
    fonts: Fonts,
    run: dict[str, Any],
    drawn: Drawn = undrawn,
) -> Briefing:
    """Return a briefing; the inputs it names are those of the run, where there is one."""
    known = run.get("estimates", {}).get("inputs")
    found = known or run_record.input_hashes(study.path, run_record.present(study.inputs))
    return compose(study, estimates, language, font=fonts.sans, inputs=run_record.short(found), drawn=drawn)


def issued(study: Study) -> datetime:
    """Return the last day of fieldwork, which dates every document; never the clock."""
    days = [wave.fieldwork[1] for wave in study.waves if wave.fieldwork]
    return datetime(max(days).year, max(days).month, max(days).day) if days else UNDATED
