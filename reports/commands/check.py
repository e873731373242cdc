"""What `parent-intent check` prints, in an analyst's words or for scripts."""

from __future__ import annotations

import json
from dataclasses import asdict

from analysis.study.check import WaveCheck
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
    waves = []
    for check in checks:
        lines = [*_answers(check), "", f"Screening: {whole(check.returned)} returned"]
        for rule, removed, met, judged in check.flow:
            result = "not applicable (the file or the study lacks what it needs)"
            if judged:
                alone = f" ({whole(met)} by this rule alone)" if met != removed else ""
                result = f"{whole(removed)} excluded{alone}"
            lines.append(f"  {rule.replace('_', ' ')}: {result}")
        lines.append(f"  {whole(check.analysed)} analysed")
        for name, met, judged in check.flags:  # which exclude nobody by themselves
            flag = name.replace("_", " ")
            lines.append(f"  flag only: {flag} {whole(met)}" if judged else f"  {flag}: not applicable")
        waves.append("\n".join([*lines, "", *_weighting(check)]))
    return "\n\n".join(waves)


def _answers(check: WaveCheck) -> list[str]:
    """Return lines on the file and the answers to each question."""
    encoding = f", {check.encoding}" if check.encoding else ""
    platform = LABELS.get(check.platform, check.platform)
    lines = [f"{check.wave}: {check.file}, read as {platform}{encoding}"]
    lines += [f"  note: {note}" for note in check.notes]
    lines += ["", "Answers as they came"]
    for question in check.questions:
        notes = "".join(f", {whole(n)} {name}" for name, n in (question.missing | question.odd).items())
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
    if check.unread:
        lines.append(f"  read by no question: {listing(check.unread, 12)}")
    return lines


def _weighting(check: WaveCheck) -> list[str]:
    """Return lines on the weights and on what will not be printed."""
    if check.problem is not None or check.n_eff is None:
        return [f"Weighting: not possible yet: {check.problem}"]
    lines = [f"Weighting: effective number of answers {whole(check.n_eff)}"]
    lines += [f"  merged: {text}" for text in check.merged]
    lines += [f"  few answers, and no partner to merge with: {text}" for text in check.thin]
    lines += [
        f"  {name} not known: {percent_tenth(share)}% of the answers" for name, share in check.unknown.items()
    ]
    total = sum(len(cells) for cells in check.withheld.values())
    lines += ["", f"Will be suppressed: {whole(total)} cells" if total else "No cell will be suppressed"]
    for table, cells in check.withheld.items():
        text = listing(cells, WITHHELD)
        if len(cells) == check.cells[table]:
            reasons = dict.fromkeys(cell[cell.rindex("(") + 1 : -1] for cell in cells)
            text = f"all {whole(len(cells))} ({listing(list(reasons))})"
        lines.append(f"  {table}: {text}")
    return lines
