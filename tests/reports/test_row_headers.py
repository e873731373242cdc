"""Tables for those who listen to them: each row says what it is of, and no empty cell is read out."""

import time

import pikepdf
import pytest
from pdf import failures, pages
from small_study import reported, write_sound
from tags import children, said, tagged

from reports.page.row_headers import with_row_headers

FILES = ["briefing-zh", "briefing-en", "briefing-zh-appendix", "briefing-en-appendix"]


def is_read(cell):
    """Whether there is text in a cell: content marked on a page, in itself or in what it holds."""
    return len(cell.K) > 0


@pytest.mark.parametrize("name", FILES)
def test_each_row_of_a_table_has_one_header_that_its_cells_name(demo, name):
    assert failures(demo / f"{name}.pdf") == []
    with pikepdf.open(demo / f"{name}.pdf") as pdf:
        # Without a table a file needs no tree of identifiers, and has none.
        known = pikepdf.NameTree(pdf.Root.StructTreeRoot.get("/IDTree", pdf.make_indirect({})))
        body = 0
        for table in tagged(pdf.Root.StructTreeRoot, "/Table"):
            for row in tagged(table, "/TR"):
                first, *others = children(row)
                assert is_read(first)
                assert known[str(first.ID)] == first
                assert all(
                    str(header) in known for cell in children(row) for header in said(cell, "/Headers")
                )
                if others and said(first, "/Scope") != "/Column":
                    body += 1
                    assert (first.S, said(first, "/Scope")) == ("/TH", "/Row")
                    assert {str(cell.S) for cell in others} == {"/TD"}
                    assert all(said(cell, "/Headers")[-1] == first.ID for cell in others)
        assert body >= (50 if name.endswith("appendix") else 0)


def test_only_tags_differ_and_the_bytes_are_the_same_each_time(tmp_path, monkeypatch):
    study = write_sound(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("reports.page.typeset.with_row_headers", bytes)
        before = reported(study, "before") / "briefing-en-appendix.pdf"
    after = reported(study, "after") / before.name
    data, began = before.read_bytes(), time.perf_counter()
    assert with_row_headers(data) == with_row_headers(data) == after.read_bytes()
    assert (time.perf_counter() - began) / 2 < 1  # seconds a file; 0.01 as a rule
    assert pages(before) == pages(after)
    assert len(after.read_bytes()) < 1.2 * len(data)


def test_a_file_without_a_table_stays_as_it_is(tmp_path):
    with pikepdf.new() as pdf:
        pdf.Root.StructTreeRoot = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot)
        pdf.save(tmp_path / "none.pdf")
    data = (tmp_path / "none.pdf").read_bytes()
    assert with_row_headers(data) == data
