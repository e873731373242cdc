"""From a study file to its folder of results: estimates, run record, briefings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import Estimates, read_estimates
from analysis.study.run import run_study
from reports.documents.legible import legible_document
from reports.documents.metadata import csv_metadata
from reports.documents.replication import replication_archive
from reports.documents.web_page import web_page
from reports.documents.workbook import workbook
from reports.folder import run_record
from reports.folder.extra_files import extra_files
from reports.folder.results import Over, only_run, replace_results, write_together
from reports.folder.table_files import PARQUET, check_apart, parquet, parquet_writer, write_full
from reports.page.briefing import compose
from reports.page.fonts import find_fonts
from reports.page.typeset import typeset
from reports.results.declared import EXTRAS, Extra, extras_of, issue_date
from reports.results.settings import check_grouping, check_tables
from reports.sections.contents import chosen_sections
from reports.sections.document import Document, document_of
from survey import Study
from survey.errors import ReportError
from survey.history import history_from_dict, history_to_dict
from survey.messages.lines import Say, line
from survey.study.placeholders import placeholders

METADATA = "estimates.csv-metadata.json"


@dataclass(frozen=True, slots=True)
class EstimateFiles:
    """Estimates as published and with all digits, the files they are written as, the run record so far."""

    estimates: Estimates
    full: Estimates
    files: dict[str, bytes]
    record: dict[str, Any]


def estimate_files(study: Study, *, say: Say, weights: str = "") -> EstimateFiles:
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
    check_tables(study)
    chosen_sections(study)
    # As they are when they are read: a file changed meanwhile is not what was estimated.
    # One that is not there is named by what needs it.
    inputs = run_record.input_hashes(study.path, run_record.present(study.inputs))
    run = run_study(study, say=say, key=weights)
    table = run.estimates.to_csv().encode("utf-8")
    files = {"estimates.csv": table}
    for wave, frame in run.weights.items():
        text = frame.to_csv(index=False, lineterminator="\n")
        files[f"weights-{wave}.csv"] = text.encode("utf-8-sig")
    weighed = [name for name in files if name != "estimates.csv"]
    databases = [wave.table for wave in study.waves if wave.in_database]
    record = {
        "program": "parent-intent",
        "version": run_record.versions(["parent-intent"]).get("parent-intent", ""),
        "study": study.id,
        "synthetic": study.synthetic,
        "estimates": {
            "inputs": inputs,
            # Whether a database has changed cannot be known: a study of one is never up to date.
            **({"databases": databases} if databases else {}),
            "code": run_record.code_hash("survey", "analysis"),
            "packages": run_record.versions(run_record.PACKAGES),
            "sha256": run_record.sha256_of(table),
            **({"weights": weighed} if weighed else {}),
        },
        "waves": [history_to_dict(history) for history in run.estimates.histories.values()],
    }
    return EstimateFiles(run.estimates, run.full, files, record)


def run_estimates(
    study: Study,
    out: Path,
    *,
    say: Say,
    weights: str = "",
    full: Path | None = None,
    over: Over = "refuse",
) -> Estimates:
    """Return all estimates of a study, written to estimates.csv and run.json in `out`.

    Parameters
    ----------
    weights : str
        As `estimate_files`.
    full : Path, optional
        Where the table with all its digits is to be written too.
    over : {"refuse", "replace"}
        As `replace_results`.

    Raises
    ------
    SurveyError
        Of the first mistake; nothing is written then.
    """
    check_apart(full, out)
    with only_run(out):
        made = estimate_files(study, say=say, weights=weights)
        replace_results(out, {**made.files, "run.json": run_record.run_bytes(made.record)}, over=over)
    write_full(made.full, full, say=say)
    return made.estimates


def run_report(
    study: Study,
    out: Path,
    *,
    say: Say,
    full: Path | None = None,
    extras: Collection[Extra] = (),
    groups: str = "",
    over: Over = "refuse",
) -> None:
    """Estimate and print a study: all its results take the place of those before, or none does.

    Parameters
    ----------
    full, over : Path, optional, and {"refuse", "replace"}
        As `run_estimates`.
    extras : collection of {"word", "slides", "pictures", "parquet", "replication"}
        Files to make beside those that the study file asks for.
    groups : str
        The question of which each group has a page of its own; "" for none.

    Raises
    ------
    SurveyError
        Of the first mistake; nothing is written then.
    """
    check_apart(full, out)
    asked = _asked(study, extras)
    check_grouping(study, groups)
    with only_run(out):
        made, table = estimate_files(study, say=say), "estimates.csv"
        pages, record = _pages(
            study, made.estimates, made.record, made.files[table], say=say, extras=asked, groups=groups
        )
        files = {**made.files, **pages, "run.json": run_record.run_bytes(record)}
        replace_results(out, files, over=over)
    write_full(made.full, full, say=say)


def stored_estimates(out: Path) -> Estimates:
    """Return the estimates of a folder with the history of their waves, without the answers.

    Raises EstimateError or ReportError if the table or the run record is missing or incomplete.
    """
    estimates = read_estimates(out / "estimates.csv")
    try:
        histories = {wave["wave"]: history_from_dict(wave) for wave in run_record.read_run(out)["waves"]}
    except (KeyError, TypeError, IndexError):
        raise ReportError(str(out / "run.json"), key="output.no_record") from None
    return Estimates(estimates.frame, None, histories)


def write_briefing(study: Study, estimates: Estimates, out: str | Path, *, say: Say = print) -> list[Path]:
    """Return the paths of the briefings written to a folder, with an appendix each, by language.

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
        f"{briefing.name}.pdf": typeset(briefing, fonts, issued=issue_date(study), warn=say)
        for language in study.languages
        for composed in [compose(_document(study, estimates, language, {}), fonts=fonts)]
        for briefing in (composed.briefing, composed.appendix)
    }
    return write_together(Path(out), made)


def run_briefings(
    study: Study,
    estimates: Estimates,
    out: Path,
    *,
    say: Say,
    extras: Collection[Extra] = (),
    groups: str = "",
) -> None:
    """Print the briefings of a study, with what stands beside them, and add to run.json how.

    Parameters
    ----------
    extras, groups : collection of {"word", "slides", "pictures", "parquet", "replication"}, and str
        As `run_report`.

    Raises
    ------
    StudyError, ReportError
        As `write_briefing`; nothing is written then.
    """
    asked = _asked(study, extras)
    check_grouping(study, groups)
    with only_run(out):
        table = (out / "estimates.csv").read_bytes()
        run = run_record.read_run(out)
        pages, record = _pages(study, estimates, run, table, say=say, extras=asked, groups=groups)
        replace_results(out, {**pages, "run.json": run_record.run_bytes(record)})


def _asked(study: Study, extras: Collection[Extra]) -> list[Extra]:
    """Return what a study or a command asks for beside the pages; raises ReportError if it cannot be made."""
    asked = {*extras, *extras_of(study)}
    if "parquet" in asked:
        parquet_writer()
    return [extra for extra in EXTRAS if extra in asked]


def _pages(
    study: Study,
    estimates: Estimates,
    run: dict[str, Any],
    table: bytes,
    *,
    say: Say,
    extras: Sequence[Extra],
    groups: str,
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the printed files of a study, and its run record with how they were made."""
    fonts = find_fonts()
    for left in placeholders(study):
        say(line("run.draft", left=left))
    say(line("run.printing", languages=[*study.languages]))
    waiting, printed, issued = dict[str, Future[bytes]](), [], issue_date(study)
    with ThreadPoolExecutor(1) as pool:  # the typesetter needs no Python while it works
        for language in study.languages:
            composed = compose(_document(study, estimates, language, run), fonts=fonts)
            document = composed.document
            files = [composed.briefing, composed.appendix]
            if groups:
                from reports.page.group_pages import group_briefings  # seldom asked for

                files += group_briefings(document, groups)
            for briefing in files:
                page = pool.submit(typeset, briefing, fonts, issued=issued, warn=say)
                waiting[f"{briefing.name}.pdf"] = page
            printed.append((legible_document(document), composed.briefing.charts))
        made = extra_files(printed, extras, fonts=fonts, pool=pool, issued=issued)
        made["estimates.xlsx"] = workbook([document for document, _ in printed], issued)
        if "parquet" in extras:
            made[PARQUET] = parquet(estimates)
        made[METADATA] = csv_metadata(study, estimates, issued)
        if "replication" in extras:
            beside = {"estimates.csv": table, METADATA: made[METADATA]}
            made["replication.zip"] = replication_archive(study, run, beside)
        made |= {name: page.result() for name, page in waiting.items()}
    made["index.html"] = web_page(printed, [*(name for name in made if "/" not in name), "estimates.csv"])
    record = dict(run)
    record["briefings"] = {
        "code": run_record.code_hash("reports"),
        "packages": run_record.printers(extras),
        "fonts": fonts.name,
        "files": [*extras],
        **({"groups": groups} if groups else {}),
        "estimates": run_record.sha256_of(table),
        "sha256": {name: run_record.sha256_of(data) for name, data in made.items()},
    }
    return made, record


def _document(study: Study, estimates: Estimates, language: str, run: dict[str, Any]) -> Document:
    """Return what is printed in a language; the inputs it names are those of the run, where there is one."""
    known = run.get("estimates", {}).get("inputs")
    found = known or run_record.input_hashes(study.path, run_record.present(study.inputs))
    return document_of(study, estimates, language, inputs=run_record.short(found))
