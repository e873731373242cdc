"""What `parent-intent check` prints, in an analyst's words or for scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from analysis.study.check import WaveCheck, check_study
from reports.commands.left import ToDo, columns_not_read, left_to_do, listed
from reports.language.near_copies import copies_line
from reports.language.numbers import as_given, month_text, percent_tenth, plain_points, whole
from reports.results.settings import check_tables
from reports.sections.contents import chosen_sections
from survey.errors import SeveralErrors, SurveyError, listing
from survey.exports.platforms import LABELS
from survey.study.study import Study

WITHHELD, LABEL = 8, 20


def check(
    study: Study, *, form: Callable[[list[WaveCheck], Sequence[ToDo]], str], say: Callable[[str], None]
) -> None:
    """Say what a study's report would read, exclude, merge and suppress, and what is left to do.

    Raises
    ------
    SurveyError
        Of the first mistake in the study file or an export.
    SeveralErrors
        Of the waves that cannot be weighted, once all is said.
    """
    check_tables(study)
    chosen_sections(study)
    checks = check_study(study)
    say(form(checks, left_to_do(study, checks)))
    problems = {str(wave.problem): wave.problem for wave in checks if wave.problem is not None}
    if problems:
        raise SeveralErrors([*problems.values()])


def as_json(checks: list[WaveCheck], left: Sequence[ToDo] = ()) -> str:
    """Return the checks as JSON, for scripts; in ASCII, which any encoding has."""
    parts = {"waves": [asdict(wave) for wave in checks], "left": [todo.as_data() for todo in left]}
    return json.dumps(parts, indent=1, default=str)


def mistakes_as_json(error: SurveyError) -> str:
    """Return the mistakes of a study file as JSON, for scripts."""
    found = error.errors if isinstance(error, SeveralErrors) else (error,)
    return json.dumps({"mistakes": [mistake.as_data() for mistake in found]}, indent=1, default=str)


def as_text(checks: list[WaveCheck], left: Sequence[ToDo] = ()) -> str:
    """Return the checks in words, wave by wave, then what is left to do."""
    texts = []
    for wave in checks:
        lines = [*_answers(wave), "", f"Screening: {whole(wave.returned)} returned"]
        for rule, removed, met, judged in wave.flow:
            result = "not applicable (the file or the study lacks what it needs)"
            if judged:
                alone = f" ({whole(met)} by this rule alone)" if met != removed else ""
                result = f"{whole(removed)} excluded{alone}"
            lines.append(f"  {rule.replace('_', ' ')}: {result}")
        lines.append(f"  {whole(wave.analysed)} analysed")
        for name, met, judged in wave.flags:  # which exclude nobody by themselves
            flag = name.replace("_", " ")
            lines.append(f"  flag only: {flag} {whole(met)}" if judged else f"  {flag}: not applicable")
        if wave.copies is not None:
            lines.append(f"  near copies: {copies_line(wave.copies)}")
        if wave.problem is not None or wave.n_eff is None:
            texts.append("\n".join([*lines, "", f"Weighting: not possible yet: {wave.problem}"]))
            continue
        lines += ["", f"Weighting: effective number of answers {whole(wave.n_eff)}"]
        lines += [f"  merged: {text}" for text in wave.merged]
        lines += [f"  few answers, and no partner to merge with: {text}" for text in wave.thin]
        lines += [
            f"  {name} not known: {percent_tenth(n)}% of the answers" for name, n in wave.unknown.items()
        ]
        lines += _quality(wave.quality)
        total = sum(len(cells) for cells in wave.withheld.values())
        lines += ["", f"Will be suppressed: {whole(total)} cells" if total else "No cell will be suppressed"]
        for table, cells in wave.withheld.items():
            text = listing(cells, WITHHELD)
            if len(cells) == wave.cells[table]:
                reasons = dict.fromkeys(cell[cell.rindex("(") + 1 : -1] for cell in cells)
                text = f"all {whole(len(cells))} ({listing(list(reasons))})"
            lines.append(f"  {table}: {text}")
        texts.append("\n".join(lines))
    return "\n\n".join([*texts, *filter(None, [listed(left)])])


def _quality(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Return lines on the heaviest weights and their influence, which tell of no answer (methods 4.9)."""
    known: dict[str, dict[str, float]] = {}
    for row in rows:
        cell = " ".join(str(row[key]) for key in ("question", "option", "by", "group") if key in row)
        if row["estimate"] is not None:
            known.setdefault(str(row["measure"]), {})[cell] = float(str(row["estimate"]))
    lines, parts, moves = [], known.get("weight_share", {}), known.get("influence", {})
    if parts:
        largest, hundredth = percent_tenth(parts["largest"]), percent_tenth(parts["0.01"])
        lines = [
            f"  heaviest response: {largest}% of all weight; heaviest hundredth: {hundredth}% of all weight"
        ]
    if moves:
        cell = max(moves, key=lambda name: moves[name])
        lines.append(f"  one response can move a share by {plain_points(moves[cell])} points at most: {cell}")
    return lines


def _answers(wave: WaveCheck) -> list[str]:
    """Return lines on the file and the answers to each question."""
    encoding = f", {wave.encoding}" if wave.encoding else ""
    platform = LABELS.get(wave.platform, wave.platform)
    lines = [f"{wave.wave}: {wave.file}, read as {platform}{encoding}"]
    lines += [f"  note: {note}" for note in wave.notes]
    lines += ["", "Answers as they came"]
    for question in wave.questions:
        notes = "".join(f", {whole(n)} {name}" for name, n in (question.missing | question.odd).items())
        notes += ", order of the options not known" if question.order == "unknown" else ""
        lines.append(f"  {question.id} ({question.kind}): {whole(question.answered)} answered{notes}")
        if question.options:
            # A month is counted in months since year 0.
            figure = as_given if question.kind != "month" else lambda months: month_text(int(months))
            counts = []
            for code, n in question.options.items():
                label = question.labels.get(code, code)
                label = label if len(label) <= LABEL else label[: LABEL - 1] + "…"
                counts.append(f"{label} {figure(n)}" if label == code else f"{label} [{code}] {figure(n)}")
            lines.append("    " + ", ".join(counts))
    if wave.unread:
        lines.append(f"  read by no question: {listing(wave.unread, 12)}")
    return lines + columns_not_read(wave.own, wave.left_out)
