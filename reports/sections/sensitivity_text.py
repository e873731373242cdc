"""Sentences of the sensitivity analysis, each from rows of the estimates."""

from __future__ import annotations

from analysis.plans.sensitivity import read_sensitivity
from analysis.sensitivity.tipping import CLAIMS, PREVIOUS, differential_participation
from reports.language.numbers import decimal, percent, plain_points, whole
from reports.results.alternatives import moved
from reports.results.results import Results, Row

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
    ratio = differential_participation(row.estimate, row.low, row.high)
    words = results.words
    threshold = (
        words("honest.claim_previous", wave=results.wave_label(results.previous))
        if claim == PREVIOUS
        else words(f"honest.claim_{claim}")
    )
    return words(
        f"honest.{place}_{'choosers' if ratio.choosers else 'others'}",
        option=results.quoted(results.headline, code),
        claim=threshold,
        times=times(ratio.times),
        cautious=times(ratio.cautious),
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
        if (range_ := moved(results, code)) is not None and range_.wide
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
    sentences = [words("choices.range_text", parts=words.clauses(parts))] if parts else []
    sentences += [words("choices.range_wide", names=words.listed(wide))] if wide else []
    return words.sentences(sentences)


def paragraphs(results: Results) -> list[str]:
    """Return the paragraphs of the section, one a question that a reader may ask."""
    words = results.words
    claims = {code: claim_of(results, code) for code in results.lead[1:]}
    others = [tipping(results, code, claim, "tipping_more") for code, claim in claims.items() if claim]
    others = [text for text in others if text]
    more = words("honest.tipping_more", parts=words.clauses(others)) if others else ""
    at = {"by": "moved", "group": "0.05"}
    rho, worth = _leading(results, "defect_correlation", **at), _leading(results, "random_equivalent", **at)
    defect = ""
    if rho is not None and worth is not None:
        source = read_sensitivity(results.study).source
        defect = words(
            "honest.defect",
            option=results.quoted(results.headline, results.lead[0]),
            source="" if source is None else words.text("brackets").format(source.in_(results.language)),
            correlation=decimal(rho.estimate, 3),
            worth=whole(worth.estimate),
        )
    sentences = (
        [range_text(results)],
        [quotable(results), more],
        [_unreached(results), tipping(results, results.lead[0], PREVIOUS) if results.previous else ""],
        [defect],
        [_proxies(results)],
        _benchmarks(results),
        [_item_nonresponse(results)],
    )
    stated = [[sentence for sentence in paragraph if sentence] for paragraph in sentences]
    return [words.sentences(paragraph) for paragraph in stated if paragraph]


def _leading(results: Results, measure: str, **at: str) -> Row | None:
    """Return a row of the first leading option, None where it was not computed or is suppressed."""
    row = results.row(measure, results.headline, results.lead[0], **at)
    return None if row is None or row.suppressed else row


def _unreached(results: Results) -> str:
    code = results.lead[0]
    claim = claim_of(results, code)
    at = {"by": "claim x reached", "group": f"{claim} x {REACH}"}
    row = results.row("tipping_unreached", results.headline, code, **at)
    if claim not in CLAIMS or row is None:
        return ""
    words, share = results.words, results.share(results.headline, code)
    fields = {"option": results.quoted(results.headline, code), "claim": words(f"honest.claim_{claim}")}
    if row.suppressed:
        return words("honest.unreached_never", **fields)
    side = "above" if share.estimate > CLAIMS[claim] else "below"
    return words(f"honest.unreached_{side}", share=percent(row.estimate), **fields)


def _proxies(results: Results) -> str:
    words, weak, strong = results.words, [], []
    for code in results.lead:
        row = results.row("proxy_correlation", results.headline, code)
        if row is None or row.suppressed:
            continue
        fields = {"option": results.quoted(results.headline, code), "correlation": decimal(row.estimate)}
        half, whole_ = (
            results.row("share_if_selected", results.headline, code, by="phi", group=phi)
            for phi in ("0.5", "1")
        )
        if row.note == "weak" or half is None or whole_ is None:
            weak.append(words("honest.proxy_one", **fields))
        else:
            fields |= {"half": percent(half.estimate), "whole": percent(whole_.estimate)}
            strong.append(words("honest.proxy_strong", **fields))
    sentences = [words("honest.proxy_weak", options=words.listed(weak))] if weak else []
    return words.sentences([*sentences, *strong])


def _benchmarks(results: Results) -> list[str]:
    """Return the error against benchmarks, and the interval that allows for it or for error elsewhere."""
    words, sentences = results.words, []
    error, total = results.row("mean_absolute_error", "", ""), _leading(results, "total_error")
    if error is not None:
        asked = dict.fromkeys(
            k[1] for k in results.table if k[5] == "benchmark_error" and k[0] == results.latest
        )
        names = words.listed([words.noun(results.question_label(question)) for question in asked])
        benchmarks = read_sensitivity(results.study).benchmarks
        sources = dict.fromkeys(benchmark.source.in_(results.language) for benchmark in benchmarks)
        fields = {"questions": words.clauses([names, *sources]), "error": plain_points(error.estimate)}
        sentences.append(words("honest.benchmarks", **fields))
    if total is not None:
        place = "honest.allowance_elsewhere" if total.note == "elsewhere" else "honest.allowance_own"
        option = results.quoted(results.headline, results.lead[0])
        range_ = words.range("percent", total.low, total.high)
        sentences.append(words(place, option=option, range=range_))
    return sentences


def _item_nonresponse(results: Results) -> str:
    low, high = _leading(results, "lowest_share"), _leading(results, "highest_share")
    if low is None or high is None:
        return ""
    words, option = results.words, results.quoted(results.headline, results.lead[0])
    ends = {"low": percent(low.estimate), "high": percent(high.estimate)}
    place = "honest.silence_still" if ends["low"] == ends["high"] else "honest.silence"
    sentences = [words(place, option=option, **ends)]
    if (imputed := _leading(results, "imputed_share")) is not None:
        range_ = words.range("percent", imputed.low, imputed.high)
        sentences.append(words("honest.imputed", share=percent(imputed.estimate), range=range_))
    return words.sentences(sentences)
