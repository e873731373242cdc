"""Where a mistake is: keys of a study file, or a row, a column or a question of other data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from survey.messages.catalogue import ENGLISH, filled

# Keys of a study file from the top, entries of arrays counted from 0.
Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a study file, or in a file of figures that it names.

    Attributes
    ----------
    table, key : tuple of str and int
        The keys that lead to a table, and on from there; together they are the `path`.
    line : int
        The line of a file of figures, which then stands for the keys in words; 0 for none.
    """

    file: str
    table: Keys = ()
    key: Keys = ()
    line: int | None = None

    @property
    def path(self) -> Keys:
        """Keys from the top of the study file, entries counted from 0."""
        return self.table + self.key

    def item(self, *steps: str | int) -> Place:
        """Return a place inside this one."""
        return replace(self, key=self.key + steps)

    def told(self, language: str = ENGLISH) -> str:
        """Return the place in words: file, then table and key, or the line."""
        if self.line is not None:
            words = {"file": self.file, "line": self.line}
            return filled("place.figures", words, language) if self.line else self.file
        name, table = "place.table" if self.table else "place.top", named(self.table, language)
        keys = ".".join(step for step in self.key if isinstance(step, str))
        return filled(name, {"file": self.file, "table": table}, language) + (keys and f" {keys}")

    def __str__(self) -> str:
        """Return the place in English."""
        return self.told()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A place in a file of answers or in a data frame, as far as it is known.

    Attributes
    ----------
    row, line : int
        The row of a sheet, its header being row 1; the line of a text file; 0 for none.
    column : str
        The header of the column.
    question : str
        The question of the study that the column answers.
    """

    file: str = ""
    sheet: str = ""
    column: str = ""
    row: int = 0
    line: int = 0
    question: str = ""

    @property
    def path(self) -> Keys:
        """Keys of the question in the study file; none where no question is known."""
        return ("questions", self.question) if self.question and self.file else ()

    @property
    def fields(self) -> dict[str, object]:
        """The parts that are known, by name."""
        return {name: value for name, value in asdict(self).items() if value}

    def told(self, language: str = ENGLISH) -> str:
        """Return the place in words, the largest part first."""
        return ", ".join(
            str(part) if name == "file" else filled(f"place.{name}", {name: part}, language)
            for name, part in self.fields.items()
        )

    def __str__(self) -> str:
        """Return the place in English."""
        return self.told()


def named(path: Keys, language: str = ENGLISH) -> str:
    """Return keys as a study file writes them, the entries of arrays counted from 1."""
    text = ""
    for step in path:
        entry = isinstance(step, int) and filled("place.entry", {"number": step + 1}, language)
        text += entry or ("." if text else "") + str(step)
    return text
