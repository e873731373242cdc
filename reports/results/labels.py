"""Labels of categories as they are printed."""

from __future__ import annotations

from typing import Literal

from reports.results.results import Results


def category_label(
    results: Results,
    questions: tuple[str, ...],
    codes: tuple[str, ...],
    joint: Literal["join", "merged_join"] = "join",
) -> str:
    """Return the label of a margin category, of merged ones joined, of crossed ones side by side.

    Parameters
    ----------
    joint : {"join", "merged_join"}
        What stands between merged categories: in a table, or in a list with another separator.
    """
    if codes == ("",):
        return results.words("weights.unknown")
    names = []
    for joined in codes:
        parts = zip(questions, joined.split(" x "), strict=True)
        names.append(" ".join(results.option_label(q, code) for q, code in parts))
    return results.words.text(f"weights.{joint}").join(names)


def margin_name(results: Results, questions: tuple[str, ...]) -> str:
    """Return the name of a margin inside a sentence: its question, or the questions it crosses."""
    return " × ".join(results.words.noun(results.question_label(question)) for question in questions)
