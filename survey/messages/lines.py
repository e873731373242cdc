"""A line that a command says while it works, as data: its key and fields, and its words in each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from survey.messages.catalogue import ENGLISH, entry_of, filled, sentence


@dataclass(frozen=True, slots=True)
class Line:
    """A line of progress or of a result, to be worded by whoever shows it.

    Attributes
    ----------
    key : str
        Its sentence in survey/messages/LANGUAGE/*.toml, such as "run.kept".
    fields : mapping of str to object
        What the sentence is filled with; numbers as numbers, lists as lists, other lines and errors as they
        are.

    Examples
    --------
    >>> from survey.messages.lines import line
    >>> said = line("run.reading", file="answers.xlsx")
    >>> said.told(), said.told("zh"), said.fields
    ('reading answers.xlsx', '正在读取answers.xlsx', {'file': 'answers.xlsx'})
    """

    key: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def told(self, language: str = ENGLISH) -> str:
        """Return the line in a language; in English where the catalogue of that language lacks it."""
        return filled(self.key, self.fields, language)

    def __str__(self) -> str:
        """Return the line in English."""
        return self.told()


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error found, without where and what to do: its key and fields."""

    key: str
    fields: Mapping[str, object]

    def told(self, language: str = ENGLISH) -> str:
        """Return it in a language."""
        return sentence(self.key, self.fields, language)[0]

    def __str__(self) -> str:
        """Return it in English."""
        return self.told()


Say = Callable[[Line], object]


def line(key: str, /, **fields: object) -> Line:
    """Return a line by its key, filled with fields."""
    return Line(key, fields)


def remark(language: str, key: str, /, **fields: object) -> str:
    """Return a line in a language as a comment of a study file, on one line."""
    said = "".join(c for c in filled(key, fields, language) if c.isprintable())
    return "# " + " ".join(said.split())


def word(group: str, name: str) -> Line:
    """Return the word of a group for a name, as in ``word("rule", "speeder")``; the name if it has none."""
    key = f"{group}.{name.replace(' ', '_')}"
    return plain(name.replace("_", " ")) if entry_of(key) is None else Line(key)


def crossed(parts: Sequence[object]) -> object:
    """Return what is crossed with each other, such as categories of two questions, as one line."""
    first = parts[0]
    for part in parts[1:]:
        first = Line("line_of.pair", {"first": first, "second": part})
    return first


def plain(text: str) -> Line:
    """Return a text that has its language already, such as JSON."""
    return Line("line.plain", {"text": text})


def unsaid(_: Line) -> None:
    """Say nothing: what a verb is given where nobody listens."""
