"""What `parent-intent check` prints, in an analyst's words or for scripts."""

from __future__ import annotations

import json
from dataclasses import asdict

from analysis.study.check import QuestionCheck, WaveCheck
from reports.language.numbers import as_given, month_text, percent_tenth, whole
from survey.errors import listing
from survey.exports.platforms import LABELS

WITHHELD, LABEL = 8, 20


def as_json(checks: list[WaveCheck]) -> str:
    """Return the checks as JSON, for scripts."""
    return json.dumps(
        {"waves": [asdict(check) for check in checks]}, ensure_ascii=False, indent=1, default=str
    )


def as_text(checks: list[WaveCheck]) -> str:
    """Return the checks in words, wave by wave."""
    return "\n\n".join("\n".join(_lines(check)) for check in checks)


def _lines(check: WaveCheck) -> list[str]:
    encoding = f", {check.encoding}" if check.encoding else ""
    platform = LABELS.get(check.platform, check.platform)
    lines = [f"{check.wave}: {check.file}, read as {platform}{encoding}"]
    lines += [f"  note: {note}" for note in check.notes]
    lines += ["", "Answers as they came"]
    for q in check.questions:
        lines.append(f"  {q.id} ({q.kind}): {whole(q.answered)} answered" + _listed(q.missing | q.odd, ", "))
        if q.options:
            lines.append("    " + ", ".join(_counted(q, code, n) for code, n in q.options.items()))
    if check.unread:
        lines.append(f"  read by no question: {listing(check.unread, 12)}")
    lines += ["", f"Screening: {whole(check.returned)} returned"]
    for rule, removed, met, judged in check.flow:
        if not judged:
            lines.append(f"  {_named(rule)}: not applicable (the file or the study lacks what it needs)")
            continue
        alone = f" ({whole(met)} by this rule alone)" if met != removed else ""
        lines.append(f"  {_named(rule)}: {whole(removed)} set aside{alone}")
    lines.append(f"  {whole(check.analysed)} analysed")
    lines += [
        f"  flag only: {_named(name)} {whole(met)}" if judged else f"  {_named(name)}: not applicable"
        for name, met, judged in check.flags
    ]
    return lines + _weighting(check)


def _weighting(check: WaveCheck) -> list[str]:
    if check.problem is not None or check.n_eff is None:
        return ["", f"Weighting: not possible yet: {check.problem}"]
    lines = ["", f"Weighting: effective number of answers {whole(check.n_eff)}"]
    lines += [f"  merged: {text}" for text in check.merged]
    lines += [f"  few answers, and no partner to merge with: {text}" for text in check.thin]
    lines += [
        f"  {name} not known: {percent_tenth(share)}% of the answers" for name, share in check.unknown.items()
    ]
    total = sum(len(cells) for cells in check.withheld.values())
    lines += ["", f"Will be withheld: {whole(total)} cells" if total else "Nothing will be withheld"]
    for table, cells in check.withheld.items():
        every = len(cells) == check.cells[table]
        reasons = dict.fromkeys(cell[cell.rindex("(") + 1 : -1] for cell in cells)
        text = f"all {whole(len(cells))} ({listing(list(reasons))})" if every else listing(cells, WITHHELD)
        lines.append(f"  {table}: {text}")
    return lines


def _counted(question: QuestionCheck, code: str, number: float) -> str:
    label = question.labels.get(code, code)
    label = label if len(label) <= LABEL else label[: LABEL - 1] + "…"
    name = code if label == code else f"{label} [{code}]"
    return f"{name} {_shown(number, question.kind)}"


def _named(key: str) -> str:
    return key.replace("_", " ")


def _shown(number: float, kind: str) -> str:
    """Return a count or number in figures, a month as year and month."""
    if kind == "month":
        return month_text(int(number))
    return as_given(number)


def _listed(counts: dict[str, int], before: str) -> str:
    return "".join(f"{before}{whole(n)} {name}" for name, n in counts.items())
