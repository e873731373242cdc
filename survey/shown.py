"""What a session shows of an object: one line, and a small table in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

Facts = Mapping[str, object]


class Shown:
    """An object that shows its facts in short, in place of all that it holds."""

    __slots__ = ()

    def _facts(self) -> Facts:
        """Return what there is to say, by name; without a name, what it is called."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """Return the facts on one line."""
        told = (f"{name}={_told(fact)}" if name else _told(fact) for name, fact in self._facts().items())
        return f"{type(self).__name__}({', '.join(told)})"

    def _repr_html_(self) -> str:
        """Return the facts as a table, for a notebook."""
        rows = [(name or type(self).__name__, _told(fact)) for name, fact in self._facts().items()]
        return html_table((), rows)


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as HTML; the first cell of each row is its header."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr><th>{escape(row[0])}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>"
        for row in rows
    )
    return f"<table>{f'<thead><tr>{top}</tr></thead>' if top else ''}<tbody>{body}</tbody></table>"


def _told(fact: object) -> str:
    """Return a fact in short: whole numbers with their thousands, others to four figures, lists joined."""
    if isinstance(fact, int):
        return f"{fact:,}"
    if isinstance(fact, float):
        return f"{fact:,.4g}"
    return ", ".join(map(str, fact)) if isinstance(fact, (list, tuple)) else str(fact)
