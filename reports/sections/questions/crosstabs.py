"""Every question by every grouping, with letters where two groups clearly differ."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from analysis.statistics.crosstabs.pairs import letters_of
from reports.language.line_breaks import widest_piece
from reports.language.numbers import percent_number, whole
from reports.results import facts
from reports.results.nets import printed_questions, row_label, with_nets
from reports.results.results import Results
from reports.sections.section import Section
from reports.sections.table import Group, PrintedTable, marks_of

# Most groups side by side; widths of the columns of answers, of all, and of a group, in parts of the page;
# ems of the page, with what stands between two columns.
ACROSS = 10
FIRST, ALL, GROUP = 2.2, 0.8, 0.9
PAGE, BETWEEN = 58.0, 0.7


def tables(results: Results) -> Iterator[PrintedTable]:
    """Yield the tables of each grouping, as many as its columns need."""
    words, wave = results.words, results.wave_label(results.latest)
    for by in results.groupings():
        shown = {key[4] for key in results.table if key[0] == results.latest and key[3] == by}
        codes = [code for code in results.study.questionnaire[by].codes if code in shown]
        letters = dict(zip(codes, letters_of(codes), strict=True))
        size = _across(len(codes), widest_piece([results.option_label(by, code) for code in codes]))
        parts = [codes[i : i + size] for i in range(0, len(codes), size)]
        for part, columns in enumerate(parts, 1):
            place = "crosstabs.caption_part" if len(parts) > 1 else "crosstabs.caption"
            noun = words.noun(results.question_label(by))
            caption = words(place, by=noun, wave=wave, part=part, parts=len(parts))
            groups = [_question(results, question, by, columns, letters) for question in _by(results, by)]
            heads = [
                words("crosstabs.column", group=results.option_label(by, code), letter=letters[code])
                for code in columns
            ]
            yield PrintedTable(
                caption,
                (*words.columns("crosstabs.columns"), *heads),
                tuple(groups),
                (words("crosstabs.note", level=facts.level(results)), *marks_of(results, groups)),
                (FIRST, ALL, *(GROUP for _ in columns)),
            )


def _across(groups: int, word: float) -> int:
    """Return how many groups stand side by side, in tables about equally wide, so that no word is cut.

    Parameters
    ----------
    word : float
        Width of the longest, in ems.
    """
    room = [n for n in range(1, ACROSS + 1) if PAGE * GROUP / (FIRST + ALL + n * GROUP) - BETWEEN >= word]
    return ceil(groups / ceil(groups / max(room, default=1)))


def _by(results: Results, by: str) -> list[str]:
    """Return the questions that are grouped by another; nets stand with the question they are of."""
    grouped = {key[1] for key in results.table if key[0] == results.latest and key[3] == by}
    return [question.id for question in printed_questions(results) if question.id in grouped]


def _question(results: Results, question: str, by: str, columns: list[str], letters: dict[str, str]) -> Group:
    """Return the rows of a question: how many answered, then each option."""
    words, options = results.words, with_nets(results, question, results.listed(question))
    base, withheld = results.base(question), words.mark("withheld")
    bases = [base, *(_base(results, question, by, group) for group in columns)]
    rows = [(words("crosstabs.answered"), *(withheld if n is None else whole(n) for n in bases))]
    above = {name: _clearly_above(results, name, by, letters) for name, _, _ in options}
    for name, code, net in options:
        cells = [_cell(results, name, code, "", "")]
        cells += [
            _cell(results, name, code, by, group) + above[name].get((code, group), "") for group in columns
        ]
        rows.append((row_label(results, name, code, net=net), *cells))
    return Group(results.question_heading(question), tuple(rows))


def _base(results: Results, question: str, by: str, group: str) -> float | None:
    """Return how many people of a group answered, None where none of its shares is printed."""
    rows = (
        results.printed("share", question, code, by=by, group=group) for code in results.options(question)
    )
    return max((row.n for row in rows if row is not None), default=None)


def _cell(results: Results, question: str, code: str, by: str, group: str) -> str:
    row = results.row("share", question, code, by=by, group=group)
    if row is None:
        return results.words.mark("absent")
    return (
        results.words.mark("withheld")
        if row.suppressed
        else results.flagged(row, percent_number(row.estimate))
    )


def _clearly_above(
    results: Results, question: str, by: str, letters: dict[str, str]
) -> dict[tuple[str, str], str]:
    """Return for an option and a group the letters of the groups that it is clearly above."""
    found: dict[tuple[str, str], list[str]] = {}
    for (wave, name, option, of, pair, measure), row in results.table.items():
        if (wave, name, of, measure) == (results.latest, question, by, "pair_difference") and row.clear:
            larger, smaller = pair.split(" - ")
            found.setdefault((option, larger), []).append(letters[smaller])
    order = [*letters.values()]
    between = "" if len(letters) <= 26 else ","
    return {key: " " + between.join(sorted(of, key=order.index)) for key, of in found.items()}


SECTION = Section(
    "crosstabs",
    table=lambda results: next(tables(results), None),
    more=lambda results: [*tables(results)][1:],
)
