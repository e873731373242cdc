"""Whether the ticks of a multiple-response question differ between groups (methods 3.7).

The options of such a question are no table of cells, since a person may be in several: each option is
a table of its own, ticked or not by group, and all of them are tested together on their joint
covariance.
"""

from __future__ import annotations

import numpy as np

from analysis.bases import base_of, technique_of
from analysis.domains import FIXED
from analysis.numeric.covariance import Technique, degrees_of_freedom, unexplained
from analysis.statistics.testing.associations import CellTable, TableTest, corrected_test
from survey.errors import EstimateError
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


@on_one_thread
def tick_all_test(
    sample: WeightedSample, question: str, by: str, *, variance: Technique | None = None
) -> TableTest:
    """Return the second-order Rao-Scott test that every option is ticked alike in all groups (methods 3.7).

    Pearson's statistics of the options, ticked or not by group, are added up and corrected on the joint
    covariance of all their contrasts (Thomas & Decady 2004, International Journal of Testing 4, 43-59;
    Bilder & Loughin 2004, Biometrics 60, 241-248). Options that nobody or everybody ticked say nothing and
    are left out, as are groups without answers. With one option it is `rao_scott`.

    Parameters
    ----------
    question : str
        A question with several answers.
    by : str
        A question with one answer.
    variance : str, optional
        As `analysis.shares`.

    Raises
    ------
    EstimateError
        If a question is of another kind, or there are not two groups or no option to compare.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> frame = pd.DataFrame({"area": ["a", "b"] * 50, "p": [1, 0] * 50, "q": [1, 1, 0, 0] * 25})
    >>> sample = survey.from_frame(frame, multiple={"concerns": ["p", "q"]})
    >>> tick_all_test(sample, "concerns", "area").p_value < 1e-6
    True
    """
    tables = tick_tables(sample, question, by)
    used = [table for option, table in tables.items() if table is not None]
    if not used:
        raise EstimateError(f'question "{question}"', key="call.no_ticks_to_test", by=by)
    return corrected_test(used, (question, by), "second", technique_of(sample, variance))


def tick_tables(sample: WeightedSample, question: str, by: str) -> dict[str, CellTable | None]:
    """Return each option's table, ticked or not by group; None where it does not vary, or margins fix it."""
    base = base_of(sample, [question, by], None)
    kinds = {name: sample.tally.levels[name].kind for name in (question, by)}
    for name, kind in ((question, "multiple"), (by, "single")):
        if kinds[name] != kind:
            key = "call.not_multiple" if kind == "multiple" else "call.by_kind"
            raise EstimateError(f'question "{name}"', key=key, kind=kinds[name])
    options = [option for name, option in base.items if name == question]
    inside, k = base.inside[:, 0], len(options)
    weight = np.where(inside, base.records.base * base.records.factor, 0.0)
    total, groups = float(weight.sum()), base.y[:, k:]
    groups = groups[:, weight @ groups > 0]
    if groups.shape[1] < 2:
        raise EstimateError(f'by="{by}"', key="call.one_group")
    n, df = int(base.records.count[inside].sum()), degrees_of_freedom(inside, base.records)
    tables: dict[str, CellTable | None] = {}
    for j, option in enumerate(options):
        ticked = base.y[:, j]
        cells = np.hstack([ticked[:, None] * groups, (1 - ticked)[:, None] * groups])
        shares = (weight @ cells / total).reshape(2, -1)
        moving = np.where(inside[:, None], cells - shares.reshape(-1), 0.0)
        varies = (shares.sum(axis=1) > 0).all() and (unexplained(moving, base.records) >= FIXED).any()
        names = [[option, ""], [str(i) for i in range(groups.shape[1])]]
        table = CellTable(cells, names, inside, shares, total, base.records, n, df)
        tables[option] = table if varies else None
    return tables
