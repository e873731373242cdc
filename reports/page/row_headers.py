"""Row headers of the tables in a finished PDF, which the typesetter tags as cells like any other."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf


def with_row_headers(data: bytes) -> bytes:
    """Return a tagged PDF in which the first cell of each row of a table is its header.

    Each is tagged TH with the scope Row, and the other cells of its row name it. The empty cells that
    join rows (`joined` in lib.typ) are no longer read out. The same PDF gives the same bytes.
    """
    import pikepdf

    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if "/IDTree" not in pdf.Root.StructTreeRoot:  # no table
            return data
        names = pikepdf.NameTree(pdf.Root.StructTreeRoot.IDTree)
        for number, table in enumerate(_tagged(pdf.Root.StructTreeRoot, "/Table")):
            rows = [*_tagged(table, "/TR")]
            for identity in _unjoined(rows):
                del names[identity]
            for i, row in enumerate(rows):
                _headed(row, f"R{number}y{i}", names)
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _children(element: pikepdf.Object) -> list[pikepdf.Object]:
    """Return the elements inside one: what else stands there is the mark of its content on the page."""
    import pikepdf

    kids = element.get("/K", pikepdf.Array())
    every = [*kids] if isinstance(kids, pikepdf.Array) else [kids]
    return [kid for kid in every if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def _tagged(element: pikepdf.Object, tag: str) -> Iterator[pikepdf.Object]:
    """Yield the elements with a tag inside one, in the order they are read."""
    for kid in _children(element):
        if tag == kid.S:
            yield kid
        else:
            yield from _tagged(kid, tag)


def _of_table(cell: pikepdf.Object) -> pikepdf.Object:
    """Return what a cell says of its place in the table."""
    return next(said for said in cell.A if said.O == "/Table")


def _unjoined(rows: list[pikepdf.Object]) -> list[str]:
    """Take the cells that join rows out of a table's rows; return how the headers among them were named."""
    import pikepdf

    gone: list[str] = []
    for row in rows:
        first, *others = _children(row)
        above = {str(name) for name in _of_table(first).Headers}
        # The first header is empty, and all that it heads stands in its column.
        if above.intersection(gone) or (row == rows[0] and not len(first.K)):
            gone += [str(first.ID)] if "/ID" in first else []
            row.K = pikepdf.Array(others)
    return gone


def _headed(row: pikepdf.Object, name: str, names: pikepdf.NameTree) -> None:
    """Make the first cell of a row its header, unless the row is one of headers."""
    import pikepdf

    first, *others = _children(row)
    if first.S == "/TH":
        return
    first.S, first.ID = pikepdf.Name.TH, pikepdf.String(name)
    _of_table(first).Scope = pikepdf.Name.Row
    names[name] = first
    for cell in others:
        _of_table(cell).Headers.append(first.ID)
