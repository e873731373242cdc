"""The shortest study file, for a few questions of a test's own, and its answers."""

from pathlib import Path

import survey


def head(file="answers.csv"):
    """Return what every study file must say, of one wave."""
    return (
        '[study]\nid = "small"\ntitle = "A study"\npublisher = "We"\npopulation = "parents"\n'
        f'sample = "opt-in"\n[[waves]]\nid = "2024"\nresponses = "{file}"\n'
    )


def tiny_study(folder, tables, text=None, *, file="answers.csv", encoding="utf-8"):
    """Write a study of these tables, and the text of its answers where it is given; return the study."""
    (folder / "study.toml").write_text(head(file) + tables, encoding="utf-8")
    if text is not None:
        (folder / file).write_bytes(text.encode(encoding))
    return survey.read_study(folder / "study.toml", read=[Path(file).parent])


def tiny_answers(folder, tables, text=None, *, file="answers.csv", encoding="utf-8"):
    """Write such a study and return its answers."""
    return survey.read_responses(tiny_study(folder, tables, text, file=file, encoding=encoding))
