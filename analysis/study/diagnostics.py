"""What a review of quality asks of a wave: who was set aside, weights, influence, gaps (methods 4.9).

Every part takes one pass over the respondents. Shares by time of arrival are estimates as any other; the
rest are counts, and small ones are withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from analysis.bases import question_base
from analysis.estimates import Estimates, combine, make_estimates
from analysis.plans.estimates import EstimatePlan, read_estimate_plan
from analysis.study.arrival import FEW, arrival_times, by_arrival, by_channel, by_platform_channel
from survey.numeric.array_types import Bools, Floats, Ints
from survey.responses.responses import Responses
from survey.study.questionnaire import Missing
from survey.study.study import Study
from survey.weighting.sample import WeightedSample

# Fewer people than this are not counted in print.
SMALL = 5
PERCENTILES = (0.0, 0.05, 0.5, 0.95, 1.0)
HEAVIEST = (0.01, 0.05)
MEASURES = (
    *("composition", "day", "margin_unknown", "weight_percentile", "weight_share", "influence"),
    *("arrival_share", "arrival_difference", "channel_share", "channel_difference"),
)

Row = dict[str, object]


def wave_diagnostics(study: Study, sample: WeightedSample, returned: Responses, kept: Responses) -> Estimates:
    """Return the rows of a wave's diagnostics, ready for print; measures as in methods 4.9.

    Parameters
    ----------
    sample : WeightedSample
        As `survey.weigh` made it of the kept responses.
    returned, kept : Responses
        The wave before and after screening.
    """
    plan = read_estimate_plan(study)
    rows = [
        *_weights(sample),
        *_unknown(sample),
        *_composition(sample, returned, kept),
        *_days(kept),
        *_influence(study, sample, plan),
    ]
    rows = [{"wave": sample.wave, "confidence": plan.confidence, **row} for row in rows]
    parts = [make_estimates(rows, None, {sample.wave: sample.history})]
    questions = _headlines(study, plan, sample.wave)
    channels = by_channel(sample, questions, plan)
    if not study.estimates.has("channels"):
        channels = by_platform_channel(sample, kept, questions, plan)
    return combine([*parts, *by_arrival(sample, kept, questions, plan), *channels])


def _headlines(study: Study, plan: EstimatePlan, wave: str) -> list[str]:
    """Return the questions of which influence and arrival are told: those with a sensitivity analysis."""
    names = plan.sensitivity or plan.shares[:1]
    return [name for name in names if study.questionnaire[name].form(wave).asked]


def _weights(sample: WeightedSample) -> Iterator[Row]:
    """Yield percentiles of the weights over their mean, and the share of all weight of the heaviest."""
    weight, count = sample.weight, sample.tally.count
    order = np.argsort(weight)
    order = order[weight[order] > 0]
    weight, reached = weight[order], np.cumsum(count[order])
    n = int(reached[-1])
    total = float(weight @ count[order])
    for level in PERCENTILES:
        place = int(np.searchsorted(reached, max(np.ceil(level * n), 1)))
        yield {
            "option": f"{level:g}",
            "measure": "weight_percentile",
            "estimate": weight[place] * n / total,
            "n": n,
        }
    yield {"option": "largest", "measure": "weight_share", "estimate": weight[-1] / total, "n": n}
    for part in HEAVIEST:
        people = int(np.ceil(part * n))
        above = np.maximum(reached - (n - people), 0)
        taken = np.minimum(above, count[order])
        yield {
            "option": f"{part:g}",
            "measure": "weight_share",
            "estimate": float(weight @ taken) / total,
            "n": n,
        }


def _unknown(sample: WeightedSample) -> Iterator[Row]:
    """Yield the share of the answers without a known category of each margin."""
    n = sample.history.weighting.n
    for margin in sample.history.weighting.margins:
        if margin.use != "total":
            blank = sum(c.unweighted or 0.0 for c in margin.categories if c.codes == ("",))
            people = sum(c.n or 0 for c in margin.categories if c.codes == ("",))
            row: Row = {"question": margin.name, "measure": "margin_unknown", "n": n}
            yield row | _counted(float(blank + margin.shared_out), people)


def _composition(sample: WeightedSample, returned: Responses, kept: Responses) -> Iterator[Row]:
    """Yield the shares of the weighting variables' categories among those analysed and those set aside."""
    people = returned.paradata.count
    analysed: Bools = np.isin(returned.paradata.rows, kept.paradata.rows)
    margins = sample.history.weighting.margins
    for name in dict.fromkeys(q for m in margins for q in m.questions if q in returned.answers):
        answers = returned.answers[name]
        if answers.question.kind != "single":
            continue
        codes = answers.question.eligible_codes
        place = {answers.question.codes.index(code): i for i, code in enumerate(codes)}
        at = np.array([place.get(i, -1) for i in range(len(answers.question.codes))], dtype=np.int64)
        known = (answers.missing == Missing.ANSWERED) & (at[answers.values] >= 0)
        for group, members in (("analysed", analysed), ("set_aside", ~analysed)):
            inside = known & members
            counts = np.bincount(at[answers.values[inside]], weights=people[inside], minlength=len(codes))
            yield from _shares_of(counts, {"question": name, "group": group, "measure": "composition"}, codes)


def _days(kept: Responses) -> Iterator[Row]:
    """Yield the share of the answers that came on each day."""
    times = arrival_times(kept)
    if times is not None:
        days, counts = np.unique(times.astype("datetime64[D]"), return_counts=True)
        yield from _shares_of(counts, {"measure": "day"}, [str(day) for day in days])


def _shares_of(counts: Ints | Floats, keys: Row, options: Sequence[str]) -> Iterator[Row]:
    """Yield counts as shares of their sum, those withheld from which a small one could be had."""
    total = float(counts.sum())
    small = (counts > 0) & (counts < SMALL)
    if small.sum() == 1 and (counts >= SMALL).any():
        small[np.argmin(np.where(counts >= SMALL, counts, np.inf))] = True
    for option, count, hidden in zip(options, counts.tolist(), small.tolist(), strict=True):
        row: Row = {**keys, "option": option, "n": total}
        if total < FEW:
            yield row | {"flag": "suppress", "note": "few_answers" if total else "no_answers"}
        elif hidden:
            yield row | {"flag": "suppress", "note": "small_count"}
        else:
            yield row | {"estimate": count / total}


def _counted(share: float, people: int) -> Row:
    if 0 < people < SMALL:
        return {"flag": "suppress", "note": "small_count"}
    return {"estimate": share}


def _influence(study: Study, sample: WeightedSample, plan: EstimatePlan) -> Iterator[Row]:
    """Yield how far a share may move at most if its heaviest answer is left out.

    w max(p, 1 - p)/(W - w): whichever the answer was, since the move itself would tell it.
    """
    for question in _headlines(study, plan, sample.wave):
        for by in ("", *(name for name in plan.by if name != question)):
            if by and not study.questionnaire[by].form(sample.wave).asked:
                continue
            base = question_base(sample, question, by or None)
            each = base.records.base * base.records.factor / base.records.count
            for column, group in enumerate(base.groups):
                inside = base.inside[:, column]
                if int(base.records.count[inside].sum()) < FEW:
                    continue
                weight = each * base.records.count * inside
                total, heaviest = float(weight.sum()), float(each[inside].max())
                p = weight @ base.y / total
                for (_, option), share in zip(base.items, p.tolist(), strict=True):
                    move = heaviest * max(share, 1 - share) / (total - heaviest)
                    keys = {"question": question, "option": option, "by": by, "group": group}
                    yield {
                        **keys,
                        "measure": "influence",
                        "estimate": move,
                        "n": float(base.records.count[inside].sum()),
                    }


def as_data(rows: pd.DataFrame) -> list[dict[str, object]]:
    """Return rows of diagnostics as JSON holds them; None where a number is withheld."""
    names = (
        "measure",
        "question",
        "option",
        "by",
        "group",
        "estimate",
        "conf_low",
        "conf_high",
        "n",
        "p_adjusted",
        "confidence",
        "flag",
        "note",
    )
    found = []
    for row in rows.to_dict("records"):
        kept = {name: row[name] for name in names if not (isinstance(row[name], str) and not row[name])}
        found.append({name: None if pd.isna(value) else value for name, value in kept.items()})
    return found
