"""A crosstab as it comes back: long, and wide with labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

Labels = Mapping[str, Mapping[str, str]]
COLUMNS = ("wave", "span", "column")
FIGURES = ("share", "letters")


@dataclass(frozen=True, slots=True, eq=False)
class Crosstab:
    """A crosstab (methods 3.11).

    Attributes
    ----------
    frame : DataFrame
        A row a cell, with the columns of `analysis.Estimates` and four more: `span` (what the columns
        are by), `column` (group or wave), `letter` (of the column in its span) and `letters` (of the
        columns it is clearly above). The total of `withheld="together"` has span and column "".
    bases : DataFrame
        People and Kish's effective number of each column: n, n_kish.
    pairs : DataFrame
        Every two columns of a span in every row: difference, test, p-value after adjustment, family.
    rao_scott : DataFrame
        Tests of whole tables, and of each option of a question with several answers, Holm among these.
        `note` says why there is none.
    """

    frame: pd.DataFrame
    bases: pd.DataFrame
    pairs: pd.DataFrame
    rao_scott: pd.DataFrame

    @property
    def letters(self) -> pd.DataFrame:
        """Letters of each cell, a row an option and a column a column; None where it is withheld."""
        shown = self.frame["letters"].astype(object).where(self.frame["flag"] != "suppress", None)
        wide = self.frame.assign(letters=shown)
        return _wide(wide[wide["span"] != ""], "letters")

    def table(self, labels: Labels | None = None) -> pd.DataFrame:
        """Return the crosstab wide: shares beside their letters, the bases on top of each question.

        Parameters
        ----------
        labels : mapping of str to mapping of str to str, optional
            For a question its options' labels by code, its own under "". What has none keeps its code.

        Returns
        -------
        DataFrame
            Rows (question, option), columns (wave, span, column, figure); figures "share" and
            "letters". A withheld share is None; option "n" and "n_kish" are the bases.
        """
        parts = []
        names = ["question", *COLUMNS]
        for figure in ("n", "n_kish"):
            rows = self.bases.assign(option=figure, share=self.bases[figure].astype(object), letters="")
            parts.append(rows[[*names, "option", "share", "letters"]])
        shown = self.frame["estimate"].astype(object).where(self.frame["flag"] != "suppress", None)
        cells = self.frame.assign(share=shown)[[*names, "option", "share", "letters"]]
        rows = pd.concat([*parts, cells], ignore_index=True)
        wide = {figure: _wide(rows, figure) for figure in FIGURES}
        columns = pd.MultiIndex.from_tuples(
            [(*map(str, key), figure) for key in wide["share"].columns.tolist() for figure in FIGURES],
            names=[*COLUMNS, "figure"],
        )
        beside = pd.concat(wide, axis=1, names=["figure"]).reorder_levels([1, 2, 3, 0], axis=1)
        return _labelled(beside[columns], labels or {})


def _wide(rows: pd.DataFrame, values: str) -> pd.DataFrame:
    """Return rows wide: (question, option) by (wave, span, column), in the order they have."""
    at, across = ["question", "option"], list(COLUMNS)
    keyed = rows.set_index([*at, *across])[values].astype(object)
    order = [pd.MultiIndex.from_frame(rows[names].drop_duplicates()) for names in (at, across)]
    return keyed.unstack(across).reindex(index=order[0], columns=order[1])


def _labelled(wide: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    """Return a wide table with labels in place of codes."""

    def text(question: str, code: str) -> str:
        return labels.get(question, {}).get(code, code)

    keys = [list(map(str, names)) for names in wide.index.tolist()]
    index = [(text(question, "") or question, text(question, code)) for question, code in keys]
    columns = [
        (key[0], text(key[1], "") or key[1], text(key[1], key[2]), key[3])
        for key in (list(map(str, names)) for names in wide.columns.tolist())
    ]
    return wide.set_axis(pd.MultiIndex.from_tuples(index, names=wide.index.names), axis=0).set_axis(
        pd.MultiIndex.from_tuples(columns, names=wide.columns.names), axis=1
    )
