"""The methods section, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from reports.language.numbers import as_given, decimal, percent, percent_tenth, whole
from reports.results.facts import (
    category_label,
    groups_compared,
    margin_name,
    other_populations,
    primary_option,
    rule_fields,
    undeclared_margins,
)
from reports.results.results import Results
from reports.sections.section import Block, Printing, Section, paragraphs
from survey.study.dispositions import response_rate
from survey.weighting.calibrate import TOLERANCE

FEW, COSTLY = 100, 2.0  # effective answers under which, and design effect above which, a reader is warned


def texts(printing: Printing) -> Iterator[Block]:
    """Yield the paragraphs on respondents, weighting, weights and intervals."""
    results = printing.results
    weights, warning = "", ""
    for wave, history in results.histories().items():
        weighting = history.weighting
        weights += results.words(
            "methods.weights_wave",
            wave=results.wave_label(wave),
            n_eff=whole(weighting.n_eff),
            deff=decimal(weighting.design_effect),
            largest=decimal(weighting.largest, 1),
        )
        if weighting.n_eff < FEW:
            warning = results.words("methods.red", limit=whole(FEW))
        elif weighting.design_effect > COSTLY and not warning:
            warning = results.words("methods.amber", limit=as_given(COSTLY))
    respondents = _responses(results, printing.number("flow"))
    sentences = [respondents, _weighting(results), weights + warning, _intervals(results)]
    yield from paragraphs([text.strip() for text in sentences if text.strip()])


def _responses(results: Results, flow_table: str) -> str:
    """Return how many answered and were analysed; `flow_table` is "" where no table says more."""
    words, waves = results.words, ""
    for wave, history in results.histories().items():
        label, flow = results.wave_label(wave), history.flow
        if flow is None:
            waves += words("methods.wave_plain", wave=label, analysed=whole(history.weighting.n))
            continue
        waves += words(
            "methods.wave",
            wave=label,
            returned=whole(flow.returned),
            removed=whole(flow.returned - flow.analysed),
            analysed=whole(flow.analysed),
            table=flow_table,
        )
    rates = [
        words(
            "methods.response_wave",
            wave=results.wave_label(wave.id),
            name=wave.dispositions.usual,
            rate=percent(response_rate(wave.dispositions, wave.dispositions.usual)),
        )
        for wave in results.study.waves
        if wave.dispositions is not None and wave.id in results.waves
    ]
    waves += words("methods.response", rates=words.listed(rates)) if rates else ""
    population = results.study.population.in_(results.language)
    return words(f"methods.population_{results.study.sample}", population=population, waves=waves)


def _weighting(results: Results) -> str:
    words = results.words
    weighted = [r.weighting for r in results.histories().values() if r.weighting.margins]
    if not weighted:
        return words("methods.weighting_none")
    latest = weighted[-1]
    merged, small = [], dict[str, None]()
    unknown, shared_out = dict[str, list[str]](), dict[str, list[str]]()
    for wave, history in results.histories().items():
        names, label = [], results.wave_label(wave)
        for margin in history.weighting.margins:
            codes = [category.codes for category in margin.categories if len(category.codes) > 1]
            names += [category_label(results, margin.questions, c, joint="merged_join") for c in codes]
            mark = f"{margin.name}: "
            thin = [entry.removeprefix(mark) for entry in history.weighting.thin if entry.startswith(mark)]
            # Respondents of unknown category: on their own, or shared out.
            shares = [(unknown, c.unweighted or 0.0) for c in margin.categories if c.codes == ("",)]
            shares += [(shared_out, margin.shared_out)] if margin.shared_out else []
            for texts, share in shares:
                text = f"{label} {percent_tenth(share)}%"
                texts.setdefault(margin_name(results, margin.questions), []).append(text)
            small |= dict.fromkeys(
                category_label(results, margin.questions, category.codes, joint="merged_join")
                for category in margin.categories
                if " + ".join(category.codes) in thin
            )
        if names:
            merged.append(words("methods.merge_wave", wave=label, names=words.listed(names)))
    below = whole(results.study.weighting.collapse_below)
    merges = words("methods.merges", below=below, merges=words.clauses(merged)) if merged else ""
    merges += words("methods.thin", below=below, names=words.listed([*small])) if small else ""
    sources = results.study.weighting.margins
    notes = [*_populations(results)]
    notes += [source.note.in_(results.language) for source in sources if source.note is not None]
    fields = {
        "margins": words.listed([margin_name(results, margin.questions) for margin in latest.margins]),
        "notes": "".join(text + words.text("sentence_separator") for text in notes),
        "merges": merges,
        "unknown": "".join(
            words(place, margin=name, shares=words.listed(shares))
            for place, texts in (("methods.unknown", unknown), ("methods.shared_out", shared_out))
            for name, shares in texts.items()
        ),
    }
    if latest.bounds is None:
        return words("methods.weighting_free", **fields)
    low, high = latest.bounds
    return words("methods.weighting", low=f"{low:g}", high=f"{high:g}", parts=whole(1 / TOLERANCE), **fields)


def _populations(results: Results) -> list[str]:
    """Return which margins count other people than the study's, and of which that is not declared."""
    words, others, unknown = results.words, other_populations(results), undeclared_margins(results)
    target = results.study.population.in_(results.language)
    fields = {"target": target, "option": results.quoted(results.headline, results.lead[0])}
    texts = [words("methods.margins_other", parts=words.clauses(others), **fields)] if others else []
    return texts + ([words("methods.margins_undeclared", names=words.listed(unknown))] if unknown else [])


def _intervals(results: Results) -> str:
    words, frame, by = results.words, results.estimates.frame, results.by_noun
    method = str(frame.loc[frame["measure"] == "share", "method"].iloc[0])
    variance = results.study.estimates.values.get("variance", "leverage")
    interval = words.mapping("interval_names").get(method, method)
    parts = [words(f"methods.variance_{variance}", interval=interval)]
    if method == "wilson_smoothed":
        parts.append(words("methods.smoothed"))
    if results.changed() or results.changed(by=results.by):
        parts.append(words("methods.change"))
    if primary := primary_option(results):
        parts.append(words("methods.primary", option=results.quoted(results.headline, primary)))
    if results.by and groups_compared(results):
        parts.append(words("methods.groups", by=by))
    if any(key[5] == "model_share" for key in results.table):
        fit = str(frame.loc[frame["measure"] == "model_share", "method"].iloc[0]).removeprefix("fay_herriot_")
        parts.append(words("methods.small_areas", by=by, fit=words(f"methods.fit_{fit}")))
    parts.append(words("methods.rules", caution=words.mark("caution"), **rule_fields()))
    history = results.estimates.histories.get(results.latest)
    if results.study.sample == "opt-in" and history is not None and history.weighting.margins:
        questions = dict.fromkeys(q for margin in history.weighting.margins for q in margin.questions)
        nouns = [words.noun(results.question_label(question)) for question in questions]
        same = words.listed([words("methods.same_one", question=noun) for noun in nouns])
        parts.append(words("methods.assumption_opt-in", same=words("methods.same", questions=same)))
    return words.sentences(parts)


SECTION = Section("methods", texts=texts, required=True)
