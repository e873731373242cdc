"""How the volunteers differ from a random sample in each covariate, before and after joining (love plot)."""

from __future__ import annotations

from matplotlib.figure import Figure

from reports.charts.style import LEAD, LIGHT, MID, WIDTH
from reports.language.line_breaks import wrapped
from reports.language.numbers import decimal
from reports.results.results import Results

MOST_ROWS = 30
ALIKE = 0.1  # standard deviations within which two samples are commonly called alike


def balance_rows(results: Results) -> list[tuple[str, float, float]]:
    """Return the label of each category with its difference before and after, in standard deviations."""
    rows = []
    for (wave, question, option, _, group, measure), row in results.table.items():
        if (wave, group, measure) != (results.latest, "before", "standardised_difference") or row.suppressed:
            continue
        after = results.row(measure, question, option, by="adjustment", group="after")
        label = results.question_label(question)
        if option:
            label = f"{label}: {results.option_label(question, option)}"
        if after is not None and not after.suppressed:
            rows.append((label, row.estimate, after.estimate))
    return rows[:MOST_ROWS]


def balance_chart(results: Results) -> Figure:
    """Return the differences: hollow as the answers came, solid as they are joined with the random sample."""
    rows = balance_rows(results)
    figure = Figure(figsize=(WIDTH, 0.6 + 0.16 * len(rows)), layout="constrained")
    ax = figure.add_subplot()
    ax.axvspan(-ALIKE, ALIKE, color=LIGHT, alpha=0.4, lw=0)
    ax.axvline(0, color=MID, lw=0.8)
    for y, (_, before, after) in enumerate(reversed(rows)):
        ax.plot([before, after], [y, y], color=LIGHT, lw=1.2)
        ax.plot([before], [y], "o", ms=5, mec=MID, mfc="white", mew=1.0)
        ax.plot([after], [y], "o", ms=5, mec=LEAD, mfc=LEAD)
    ax.set_yticks(range(len(rows)), [wrapped(label, 22, 1) for label, *_ in reversed(rows)], fontsize=8.5)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.xaxis.set_major_formatter(lambda value, _: decimal(value, 1))
    ax.tick_params(axis="x", labelsize=8.5)
    ax.set_xlabel(results.words("reference.axis"), fontsize=8.5)
    return figure
