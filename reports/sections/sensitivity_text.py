"""Sentences on how wrong a share of people who chose to answer could be, each from a row of the estimates."""

from __future__ import annotations

from analysis.plans.sensitivity import read_sensitivity
from analysis.sensitivity.tipping import CLAIMS, PREVIOUS, differential_participation
from reports.language.numbers import decimal, percent, plain_points, whole
from reports.results.alternatives import moved
from reports.results.results import Results
from survey.study.questionnaire import Label

# Tried in this order: the first that the interval bears, unless it is far from the share.
FIRST = ("half", "two_thirds", "third", "three_quarters", "quarter")
FAR = 5.0  # times as likely
REACH = "0.5"


def times(value: float) -> str:
    """Return how many times as likely, with as many digits as it takes to differ from once."""
    return whole(value) if value >= 10 else decimal(value, 1 if value >= 1.5 else 2)


def claim_of(results: Results, code: str) -> str:
    """Return the claim that a share's interval bears and that is put first, "" where there is none."""
    borne = []
    for claim in FIRST:
        row = results.row("tipping_ratio", results.headline, code, by="claim", group=claim)
        if row is not None and not row.suppressed and row.note != "not_borne":
            borne.append((differential_participation(row.estimate, row.low, row.high).times, claim))
    near = [claim for ratio, claim in borne if ratio < FAR]
    return near[0] if near else min(borne)[1] if borne else ""


def tipping(results: Results, code: str, claim: str, place: str = "tipping") -> str:
    """Return how much likelier to answer one side must have been for a claim to be untrue."""
    row = results.row("tipping_ratio", results.headline, code, by="claim", group=claim)
    if row is None or row.suppressed or row.note == "not_borne":
        return ""
    found = differential_participation(row.estimate, row.low, row.high)
    words = results.words
    threshold = (
        words("honest.claim_previous", wave=results.wave_label(results.previous))
        if claim == PREVIOUS
        else words(f"honest.claim_{claim}")
    )
    return words(
        f"honest.{place}_{'choosers' if found.choosers else 'others'}",
        option=results.quoted(results.headline, code),
        claim=threshold,
        times=times(found.times),
        cautious=times(found.cautious),
    )


def quotable(results: Results) -> str:
    """Return the line of page 1 on how uneven participation must have been, "" where that is not known."""
    code = results.lead[0]
    claim = claim_of(results, code)
    return tipping(results, code, claim) if claim else ""


def warning(results: Results) -> str:
    """Return the line of page 1 on options that other choices move further than chance does."""
    wide = [
        results.quoted(results.headline, code)
        for code in results.lead
        if (found := moved(results, code)) is not None and found.wide
    ]
    return results.words("honest.warning", names=results.words.few(wide)) if wide else ""


def range_text(results: Results) -> str:
    """Return between which shares the choices move the leading options, "" where nothing else was tried."""
    words, parts, wide = results.words, [], []
    for code in results.lead:
        range_ = moved(results, code)
        if range_ is None:
            continue
        option = results.quoted(results.headline, code)
        fields = {"low": percent(range_.low), "high": percent(range_.high)}
        fields |= {"range": plain_points(range_.over), "half": plain_points(range_.half)}
        place = "range_still" if fields["low"] == fields["high"] else "range_one"
        parts.append(words(f"choices.{place}", option=option, **fields))
        wide += [option] if range_.wide else []
    sentences = [words("choices.range_text", parts=words.listed(parts))] if parts else []
    sentences += [words("choices.range_wide", names=words.listed(wide))] if wide else []
    return words.sentences(sentences)


def paragraphs(results: Results) -> list[str]:
    """Return what the section on how wrong the shares could be says, a paragraph a question."""
    found = (
        [range_text(results)],
        [quotable(results), _others(results)],
        [_unreached(results, results.lead[0]), _previous(results, results.lead[0])],
        [_defect(results, results.lead[0])],
        [_proxies(results)],
        [_benchmarks(results), *(_allowance(results, code) for code in results.lead[:1])],
        [_silence(results, results.lead[0])],
    )
    told = [[sentence for sentence in sentences if sentence] for sentences in found]
    return [results.words.sentences(sentences) for sentences in told if sentences]


def _others(results: Results) -> str:
    """Return the tipping points of the leading options after the first, in one sentence."""
    parts = [
        part
        for code in results.lead[1:]
        if (claim := claim_of(results, code)) and (part := tipping(results, code, claim, "tipping_more"))
    ]
    joint = results.words.text("clause_separator")
    return results.words("honest.tipping_more", parts=joint.join(parts)) if parts else ""


def _previous(results: Results, code: str) -> str:
    return tipping(results, code, PREVIOUS) if results.previous else ""


def _unreached(results: Results, code: str) -> str:
    claim = claim_of(results, code)
    if claim not in CLAIMS:
        return ""
    at = {"by": "claim x reached", "group": f"{claim} x {REACH}"}
    row = results.row("tipping_unreached", results.headline, code, **at)
    if row is None:
        return ""
    words, share = results.words, results.share(results.headline, code)
    fields = {
        "option": results.quoted(results.headline, code),
        "claim": words(f"honest.claim_{claim}"),
    }
    if row.suppressed:
        return words("honest.unreached_never", **fields)
    side = "above" if share.estimate > CLAIMS[claim] else "below"
    return words(f"honest.unreached_{side}", share=percent(row.estimate), **fields)


def _defect(results: Results, code: str) -> str:
    at = {"by": "moved", "group": "0.05"}
    rho = results.row("defect_correlation", results.headline, code, **at)
    worth = results.row("random_equivalent", results.headline, code, **at)
    if rho is None or worth is None or rho.suppressed:
        return ""
    return results.words(
        "honest.defect",
        option=results.quoted(results.headline, code),
        source=_in_brackets(results, read_sensitivity(results.study).source),
        correlation=decimal(rho.estimate, 3),
        worth=whole(worth.estimate),
    )


def _in_brackets(results: Results, source: Label | None) -> str:
    return "" if source is None else results.words.text("brackets").format(source.in_(results.language))


def _proxies(results: Results) -> str:
    words, weak, told = results.words, [], []
    for code in results.lead:
        row = results.row("proxy_correlation", results.headline, code)
        if row is None or row.suppressed:
            continue
        option = results.quoted(results.headline, code)
        ends = [
            results.row("share_if_selected", results.headline, code, by="phi", group=phi)
            for phi in ("0.5", "1")
        ]
        if row.note == "weak" or ends[0] is None or ends[1] is None:
            weak.append(words("honest.proxy_one", option=option, correlation=decimal(row.estimate)))
        else:
            fields = {"half": percent(ends[0].estimate), "whole": percent(ends[1].estimate)}
            told.append(
                words("honest.proxy_strong", option=option, correlation=decimal(row.estimate), **fields)
            )
    if weak:
        told.insert(0, words("honest.proxy_weak", options=words.listed(weak)))
    return words.sentences(told)


def _benchmarks(results: Results) -> str:
    row = results.row("mean_absolute_error", "", "")
    if row is None:
        return ""
    asked = dict.fromkeys(k[1] for k in results.table if k[5] == "benchmark_error" and k[0] == results.latest)
    names = results.words.listed([results.question_label(question) for question in asked])
    told = (one.source.in_(results.language) for one in read_sensitivity(results.study).benchmarks)
    names = results.words.clauses([names, *dict.fromkeys(told)])
    return results.words("honest.benchmarks", questions=names, error=plain_points(row.estimate))


def _allowance(results: Results, code: str) -> str:
    row = results.row("total_error", results.headline, code)
    if row is None or row.suppressed:
        return ""
    place = "honest.allowance_elsewhere" if row.note == "elsewhere" else "honest.allowance_own"
    option = results.quoted(results.headline, code)
    return results.words(place, option=option, range=results.words.range("percent", row.low, row.high))


def _silence(results: Results, code: str) -> str:
    low = results.row("lowest_share", results.headline, code)
    high = results.row("highest_share", results.headline, code)
    if low is None or high is None or low.suppressed or high.suppressed:
        return ""
    words, option = results.words, results.quoted(results.headline, code)
    still = percent(low.estimate) == percent(high.estimate)
    text = words(
        "honest.silence_still" if still else "honest.silence",
        option=option,
        low=percent(low.estimate),
        high=percent(high.estimate),
    )
    filled = results.row("imputed_share", results.headline, code)
    if filled is None or filled.suppressed:
        return text
    range_ = results.words.range("percent", filled.low, filled.high)
    return words.sentences([text, words("honest.imputed", share=percent(filled.estimate), range=range_)])
