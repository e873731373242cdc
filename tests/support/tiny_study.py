"""The shortest study file, for a few questions of a test's own, and its answers."""

from pathlib import Path

import survey


def head(waves):
    """Return what every study file must say; `waves` gives the file of answers of each."""
    return (
        '[study]\nid = "small"\ntitle = "A study"\npublisher = "We"\npopulation = "parents"\n'
        'sample = "opt-in"\n'
    ) + "".join(f'[[waves]]\nid = "{wave}"\nresponses = "{file}"\n' for wave, file in waves.items())


def tiny_study(folder, tables, text=None, *, file="answers.csv", encoding="utf-8"):
    """Write a study of these tables, and the text of its answers where it is given; return the study."""
    (folder / "study.toml").write_text(head({"2024": file}) + tables, encoding="utf-8")
    if text is not None:
        (folder / file).write_bytes(text.encode(encoding))
    return survey.read_study(folder / "study.toml", read=[Path(file).parent])


def tiny_answers(folder, tables, text=None, *, file="answers.csv", encoding="utf-8"):
    """Write such a study and return its answers."""
    return survey.read_responses(tiny_study(folder, tables, text, file=file, encoding=encoding))
