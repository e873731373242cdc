"""What `parent-intent check` prints: lines for an analyst, or JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields

from analysis.study.check import QuestionCheck, WaveCheck, check_study
from reports.commands.left import ToDo, columns_not_read, left_to_do, listed, platform_name
from reports.language.near_copies import CopiesTold
from reports.language.numbers import as_given, decimal, month_text, percent_tenth, plain_points, whole
from reports.results.settings import check_tables
from reports.sections.contents import chosen_sections
from survey.errors import SeveralErrors, SurveyError
from survey.messages.catalogue import ENGLISH, told
from survey.messages.lines import Line, Say, line, plain, word
from survey.study.questionnaire import Label
from survey.study.study import Study

LABEL = 20


def check(
    study: Study, *, form: Callable[[list[WaveCheck], Sequence[ToDo]], Sequence[Line]], say: Say
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
    for said in form(checks, left_to_do(study, checks)):
        say(said)
    problems = {str(wave.problem): wave.problem for wave in checks if wave.problem is not None}
    if problems:
        raise SeveralErrors([*problems.values()])


def as_json(checks: list[WaveCheck], left: Sequence[ToDo] = (), *, language: str = ENGLISH) -> Sequence[Line]:
    """Return the checks as JSON, for scripts: its keys in English, its texts in a language.

    It is in ASCII, which any encoding has.
    """
    waves = [{field.name: getattr(wave, field.name) for field in fields(wave)} for wave in checks]
    for wave, data in zip(checks, waves, strict=True):
        data["questions"] = [
            {field.name: getattr(question, field.name) for field in fields(question)}
            for question in wave.questions
        ]
        data["copies"] = None if wave.copies is None else asdict(wave.copies)
    parts = {"language": language, "waves": waves, "left": [todo.as_data(language) for todo in left]}
    return [plain(json.dumps(parts, indent=1, default=lambda value: told(value, language)))]


def mistakes_as_json(error: SurveyError, language: str = ENGLISH) -> str:
    """Return the mistakes of a study file as JSON, for scripts; keys and texts as `as_json`."""
    found = error.errors if isinstance(error, SeveralErrors) else (error,)
    data = {"language": language, "mistakes": [mistake.as_data(language) for mistake in found]}
    return json.dumps(data, indent=1, default=lambda value: told(value, language))


def as_lines(checks: list[WaveCheck], left: Sequence[ToDo] = ()) -> list[Line]:
    """Return the checks as lines, wave by wave, then what is left to do."""
    parts = [[*_wave(wave)] for wave in checks] + [listed(left)]
    lines = [said for part in parts if part for said in (*part, plain(""))]
    return lines[:-1]


def _wave(wave: WaveCheck) -> Iterator[Line]:
    """Yield the lines of a wave."""
    yield from _answers(wave)
    yield plain("")
    yield line("check.screening", n=wave.returned)
    yield from _screening(wave)
    yield plain("")
    if wave.problem is not None or wave.n_eff is None:
        yield line("check.no_weights", problem=wave.problem)
        return
    yield line("check.weights", n=whole(wave.n_eff))
    yield from (line("check.merged_line", text=merged) for merged in wave.merged)
    yield from (line("check.thin", text=thin) for thin in wave.thin)
    for margin, share in wave.unknown.items():
        yield line("check.unknown", margin=margin, share=percent_tenth(share))
    yield from _quality(wave.quality)
    yield plain("")
    total = sum(len(cells) for cells in wave.withheld.values())
    yield line("check.suppressed", n=total) if total else line("check.none_suppressed")
    for name, cells in wave.withheld.items():
        question, _, by = name.partition(" by ")
        table = line("check.table_by", question=question, by=by) if by else plain(name)
        if len(cells) == wave.cells[name]:
            reasons = [*{str(cell.fields["reason"]): cell.fields["reason"] for cell in cells}.values()]
            yield line("check.all_cells", table=table, n=len(cells), reasons=reasons)
        else:
            yield line("check.cells", table=table, cells=cells)


def _screening(wave: WaveCheck) -> Iterator[Line]:
    """Yield a line for each rule, and for what flags alone, which excludes nobody by itself."""
    for name, removed, met, judged in wave.flow:
        rule = word("rule", name)
        if not judged:
            yield line("check.not_judged", rule=rule)
        elif met == removed:
            yield line("check.excluded", rule=rule, n=removed)
        else:
            yield line("check.excluded_alone", rule=rule, n=removed, alone=met)
    yield line("check.analysed", n=wave.analysed)
    for name, met, judged in wave.flags:
        flag = word("rule", name)
        yield line("check.flag", flag=flag, n=met) if judged else line("check.flag_not_judged", flag=flag)
    if (copies := wave.copies) is not None:
        key = "check.copies_printed" if copies.counted else "check.copies"
        yield Line(key, {"text": CopiesTold(copies), "bits": decimal(copies.bits, 1)})


def _quality(rows: Sequence[Mapping[str, object]]) -> Iterator[Line]:
    """Yield lines on the heaviest weights and their influence, which tell of no answer (methods 4.9)."""
    known: dict[str, dict[str, float]] = {}
    for row in rows:
        cell = " ".join(str(row[key]) for key in ("question", "option", "by", "group") if key in row)
        if row["estimate"] is not None:
            known.setdefault(str(row["measure"]), {})[cell] = float(str(row["estimate"]))
    parts, moves = known.get("weight_share", {}), known.get("influence", {})
    if parts:
        largest, hundredth = percent_tenth(parts["largest"]), percent_tenth(parts["0.01"])
        yield line("check.heaviest", largest=largest, hundredth=hundredth)
    if moves:
        cell = max(moves, key=lambda name: moves[name])
        yield line("check.influence", points=plain_points(moves[cell]), cell=cell)


def _answers(wave: WaveCheck) -> Iterator[Line]:
    """Yield lines on the file and the answers to each question."""
    told = {"wave": wave.wave, "file": wave.file, "platform": platform_name(wave.platform)}
    encoded = {**told, "encoding": wave.encoding}
    yield Line("check.encoded", encoded) if wave.encoding else Line("check.file", told)
    yield from (line("check.note", note=note) for note in wave.notes)
    yield plain("")
    yield line("check.answers")
    for question in wave.questions:
        told = {"question": question.id, "kind": word("kind", question.kind), "answered": question.answered}
        missing = {**question.missing, **question.odd}
        notes = [line("check.count", n=n, what=word("missing", name)) for name, n in missing.items()]
        notes += [line("check.unknown_order")] if question.order == "unknown" else []
        yield (
            Line("check.question_notes", {**told, "notes": notes}) if notes else Line("check.question", told)
        )
        if question.options:
            yield line("check.counts", counts=[*_counts(question)])
    if wave.unread:
        yield line("check.unread", columns=wave.unread)
    yield from columns_not_read(wave.own, wave.left_out)


def _counts(question: QuestionCheck) -> Iterator[Line]:
    """Yield how often each option was chosen, or the smallest, middle and largest number."""
    for code, n in question.options.items():
        if code not in question.labels:
            # A month is counted in months since year 0.
            figure = month_text(int(n)) if question.kind == "month" else as_given(n)
            yield line("check.option", label=word("figure", code), n=figure)
            continue
        label = _short(question.labels[code])
        key = "check.option" if str(label) == code else "check.coded_option"
        yield Line(key, {"label": label, "code": code, "n": as_given(n)})


def _short(label: Label) -> Label:
    """Return a label cut to what fits a list of many."""
    return Label(
        tuple((key, text if len(text) <= LABEL else text[: LABEL - 1] + "…") for key, text in label.texts)
    )
