"""Sentences of the sensitivity analysis, each from rows of the estimates."""

from __future__ import annotations

from analysis.plans.sensitivity import read_sensitivity
from analysis.sensitivity.benchmarks import RANGE
from analysis.sensitivity.tipping import CLAIMS, differential_participation
from reports.language.numbers import decimal, percent, plain_points, whole
from reports.results.alternatives import moved, moved_change
from reports.results.facts import margin_name
from reports.results.results import Results, Row

# Tried in this order: the first that the interval bears, unless it is far from the share.
FIRST = ("half", "two_thirds", "third", "three_quarters", "quarter")
FAR = 5.0  # times as likely
REACH = "0.5"
NAMED = 3  # choices of an option, at most


def times(value: float) -> str:
    """Return how many times as likely: two decimals below 2, one below 10."""
    return whole(value) if value >= 10 else decimal(value, 1 if value >= 2 else 2)


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
    return words(
        f"honest.{place}_{'choosers' if ratio.choosers else 'others'}",
        option=results.quoted(results.headline, code),
        claim=words(f"honest.claim_{claim}"),
        times=times(ratio.times),
        cautious=times(ratio.cautious),
    )


def quotable(results: Results) -> str:
    """Return the line of page 1 on how uneven participation must have been, "" where that is not known."""
    code = results.lead[0]
    claim = claim_of(results, code)
    return tipping(results, code, claim) if claim else ""


def warning(results: Results) -> str:
    """Return the lines of page 1 on options that other choices move by more than half of their interval."""
    sentences = []
    for place, effect in (("warning", moved), ("warning_change", moved_change)):
        names = [
            results.quoted(results.headline, code)
            for code in results.lead
            if (found := effect(results, code)) is not None and found.matters_more
        ]
        if names:
            fields = {"names": results.words.few(names), "previous": results.wave_label(results.previous)}
            sentences.append(results.words(f"honest.{place}", **fields))
    return results.words.sentences(sentences)


def range_text(results: Results) -> str:
    """Return where the choices put the leading options, "" where nothing else was tried."""
    words, parts, wide = results.words, [], []
    for code in results.lead:
        effect = moved(results, code)
        if effect is None:
            continue
        option = results.quoted(results.headline, code)
        fields = {"low": percent(effect.low), "high": percent(effect.high)}
        place = "range_still" if fields["low"] == fields["high"] else "range_one"
        parts.append(words(f"choices.{place}", option=option, **fields))
        if effect.matters_more:
            names = words.few(effect.outside or [effect.furthest], NAMED)
            wide.append(words("choices.outside", option=option, names=names))
    sentences = [words("choices.range_text", parts=words.clauses(parts))] if parts else []
    sentences += [words("choices.range_wide", parts=words.clauses(wide))] if wide else []
    return words.sentences(sentences)


def change_text(results: Results) -> str:
    """Return where the choices, each made in both waves, put the changes; "" where none was tried."""
    words, parts, wide, turned = results.words, [], [], []
    for code in results.lead:
        effect = moved_change(results, code)
        if effect is None:
            continue
        option, change = results.quoted(results.headline, code), results.row("change", results.headline, code)
        range_ = words.range("points", effect.low, effect.high)
        parts.append(words("choices.change_one", option=option, range=range_))
        wide += [option] if effect.matters_more else []
        turned += [option] if change is not None and change.clear and not effect.sign_kept else []
    previous = results.wave_label(results.previous)
    sentences = [words("choices.change_text", previous=previous, parts=words.clauses(parts))] if parts else []
    sentences += [words("choices.change_wide", names=words.listed(wide))] if wide else []
    sentences += [words("choices.change_turned", names=words.listed(turned))] if turned else []
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
        # The first two stand on the page, the others in the appendix.
        [range_text(results)],
        [quotable(results)],
        [more],
        [change_text(results)],
        [*_moves(results), _proxies(results)],
        [_unreached(results), _change_tipping(results)],
        [defect],
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


def _change_tipping(results: Results) -> str:
    """Return what change in who answers would explain a change, "" where it is within chance."""
    code, waves = results.lead[0], f"{results.latest} - {results.previous}"
    row = results.row("change_tipping", results.headline, code, wave=waves)
    if row is None or row.suppressed or row.note == "within_chance":
        return ""
    return results.words(
        "honest.tipping_change",
        option=results.quoted(results.headline, code),
        previous=results.wave_label(results.previous),
        wave=results.wave_label(results.latest),
        times=times(row.estimate),
        cautious=times(row.low),
    )


def _moves(results: Results) -> list[str]:
    """Return how far the weighting moved the first leading share, and how far leaving out a margin does."""
    words, code, move = results.words, results.lead[0], _leading(results, "weighting_move")
    if move is None:
        return []
    option, share = results.quoted(results.headline, code), results.share(results.headline, code)
    size, raw = plain_points(move.estimate), percent(share.estimate - move.estimate)
    sentences = [words("honest.weighting_move", option=option, points=size, unweighted=raw)]
    margins = {
        group: row
        for (wave, question, answer, _, group, measure), row in results.table.items()
        if (wave, question, answer, measure) == (results.latest, results.headline, code, "margin_move")
        and row.note != "within_noise"
    }
    if margins:
        strongest = max(margins, key=lambda name: abs(margins[name].estimate))
        name = margin_name(results, tuple(strongest.split(" x ")))
        size = plain_points(margins[strongest].estimate)
        sentences.append(words("honest.margin_move", margin=name, points=size))
        claim = claim_of(results, code)
        at = {"by": "margin_left_out x claim", "group": f"{strongest} x {claim}"}
        if (needed := _leading(results, "times_needed", **at)) is not None:
            fields = {"times": decimal(needed.estimate, 1), "claim": words(f"honest.claim_{claim}")}
            sentences.append(words("honest.margin_times", margin=name, **fields))
    return sentences


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
    """Return the error against benchmarks, and what it leaves of a share with the error seen elsewhere."""
    words, sentences = results.words, []
    error = results.row("mean_absolute_error", "", "")
    if error is not None:
        asked = dict.fromkeys(
            k[1] for k in results.table if k[5] == "benchmark_error" and k[0] == results.latest
        )
        names = words.listed([words.noun(results.question_label(question)) for question in asked])
        benchmarks = read_sensitivity(results.study).benchmarks
        sources = dict.fromkeys(benchmark.source.in_(results.language) for benchmark in benchmarks)
        fields = {"questions": words.clauses([names, *sources]), "error": plain_points(error.estimate)}
        sentences.append(words("honest.benchmarks", **fields))
    measured = _leading(results, "total_error", by="prior", group="reference")
    bias = results.printed(_weighted_bias(results), results.headline, results.lead[0])
    if measured is not None and bias is not None:
        range_ = words.range("between", measured.low, measured.high)
        fields = {"option": results.quoted(results.headline, results.lead[0]), "range": range_}
        sentences.append(words("honest.allowance_measured", points=plain_points(bias.estimate), **fields))
    ends: list[dict[str, str]] = []
    notes: set[str] = set()
    for prior in RANGE:
        at = {"by": "prior", "group": f"{prior:g}"}
        limits, bias = _leading(results, "total_error", **at), results.row("bias", "", "", **at)
        if limits is not None and bias is not None:
            range_ = words.range("between", limits.low, limits.high)
            size = plain_points(bias.estimate).removesuffix(".0")
            notes.add(limits.note)
            ends.append({"prior": whole(100 * prior), "points": size, "range": range_})
    if len(ends) == len(RANGE):
        named = zip(("least", "most"), ends, strict=True)
        said = {f"{name}_{key}": value for name, end in named for key, value in end.items()}
        place = "allowance_elsewhere" if error is None else "allowance_own"
        place = "allowance_reference" if "reference" in notes else place
        option = results.quoted(results.headline, results.lead[0])
        sentences.append(words(f"honest.{place}", option=option, **said))
    return sentences


def _weighted_bias(results: Results) -> str:
    """Return the measure of the bias against a random sample, of the weighted shares where they are."""
    weighted = any(key[5] == "bias_weighted" for key in results.table)
    return "bias_weighted" if weighted else "bias_unweighted"


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
