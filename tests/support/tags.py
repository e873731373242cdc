"""The tags of a finished page, as a screen reader meets them."""

import pikepdf


def children(element):
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    return [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def tagged(element, tag):
    return [e for kid in children(element) for e in ([kid] if tag == kid.S else tagged(kid, tag))]


def said(cell, key):
    return next((a[key] for a in cell.A if a.O == "/Table" and key in a), None)


def tables(pdf):
    """The rows of the body of each table, each row its cells."""
    for table in tagged(pdf.Root.StructTreeRoot, "/Table"):
        rows = [children(row) for row in tagged(table, "/TR")]
        yield [cells for cells in rows if len(cells) > 1 and said(cells[0], "/Scope") != "/Column"]


def pages_of(cells):
    """The pages on which anything of a row is printed."""
    found = set()
    for cell in cells:
        if "/Pg" in cell:
            found.add(cell.Pg.objgen)
        kids = cell.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                found |= {kid.Pg.objgen} if "/Pg" in kid else pages_of([kid])
    return found
