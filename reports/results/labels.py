"""Labels of categories as they are printed."""

from __future__ import annotations

from reports.results.results import Results


def category_label(results: Results, questions: tuple[str, ...], codes: tuple[str, ...]) -> str:
    """Return the label of a margin category, of merged ones joined, of crossed ones side by side."""
    if codes == ("",):
        return results.words("weights.unknown")
    names = []
    for joined in codes:
        parts = zip(questions, joined.split(" x "), strict=True)
        names.append(" ".join(results.option_label(q, code) for q, code in parts))
    return str(results.words.raw("weights.join")).join(names)
