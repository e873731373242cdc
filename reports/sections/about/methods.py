"""The methods section, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from reports.language.numbers import decimal, percent, percent_tenth, whole
from reports.results.facts import groups_compared
from reports.results.labels import category_label, margin_name
from reports.results.results import Results
from reports.sections.section import Block, Printing, Section, paragraphs
from survey.study.dispositions import response_rate


def texts(printing: Printing) -> Iterator[Block]:
    """Yield the paragraphs on respondents, weighting, weights and intervals."""
    results = printing.results
    sentences = [
        _responses(results, printing.number("flow")),
        _weighting(results),
        _weights(results),
        _intervals(results),
    ]
    yield from paragraphs([text.strip() for text in sentences if text.strip()])


def _responses(results: Results, flow_table: int) -> str:
    """Return how many answered and were analysed; `flow_table` is 0 where no table says more."""
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
    notes = [source.note for source in results.study.weighting.margins if source.note is not None]
    fields = {
        "margins": words.listed([margin_name(results, margin.questions) for margin in latest.margins]),
        "notes": "".join(note.in_(results.language) + words.text("sentence_separator") for note in notes),
        "merges": _merged(results) + _thin(results),
        "unknown": _unknown(results),
    }
    if latest.bounds is None:
        return words("methods.weighting_free", **fields)
    low, high = latest.bounds
    return words("methods.weighting", low=f"{low:g}", high=f"{high:g}", **fields)


def _merged(results: Results) -> str:
    """Return the sentence on merged categories; "" if there are none."""
    words, waves = results.words, []
    for wave, history in results.histories().items():
        names = [
            category_label(results, margin.questions, category.codes, joint="merged_join")
            for margin in history.weighting.margins
            for category in margin.categories
            if len(category.codes) > 1
        ]
        if names:
            label = results.wave_label(wave)
            waves.append(words("methods.merge_wave", wave=label, names=words.listed(names)))
    return words("methods.merges", merges=words.clauses(waves)) if waves else ""


def _thin(results: Results) -> str:
    """Return the sentence on categories left small for want of a partner; "" if there are none."""
    names = dict.fromkeys(
        category_label(results, margin.questions, (entry.removeprefix(f"{margin.name}: "),))
        for history in results.histories().values()
        for margin in history.weighting.margins
        for entry in history.weighting.thin
        if entry.startswith(f"{margin.name}: ")
    )
    return results.words("methods.thin", names=results.words.listed(list(names))) if names else ""


def _unknown(results: Results) -> str:
    """Return the sentences on respondents of unknown category: on their own, or shared out."""
    unknown: dict[str, list[str]] = {}
    shared_out: dict[str, list[str]] = {}
    for wave, history in results.histories().items():
        for margin in history.weighting.margins:
            shares = [(unknown, c.unweighted) for c in margin.categories if c.codes == ("",)]
            shares += [(shared_out, margin.shared_out)] if margin.shared_out else []
            for texts, share in shares:
                text = f"{results.wave_label(wave)} {percent_tenth(share)}%"
                texts.setdefault(margin_name(results, margin.questions), []).append(text)
    return "".join(
        results.words(place, margin=name, shares=results.words.listed(shares))
        for place, texts in (("methods.unknown", unknown), ("methods.shared_out", shared_out))
        for name, shares in texts.items()
    )


def _weights(results: Results) -> str:
    text, warning = "", ""
    for wave, history in results.histories().items():
        weighting = history.weighting
        text += results.words(
            "methods.weights_wave",
            wave=results.wave_label(wave),
            n_eff=whole(weighting.n_eff),
            deff=decimal(weighting.design_effect),
            largest=decimal(weighting.largest, 1),
        )
        if weighting.n_eff < 100:
            warning = results.words("methods.red")
        elif weighting.design_effect > 2 and not warning:
            warning = results.words("methods.amber")
    return text + warning


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
    if results.by and groups_compared(results):
        parts.append(words("methods.groups", by=by))
    if any(key[5] == "model_share" for key in results.table):
        parts.append(words("methods.small_areas", by=by))
    parts.append(words("methods.rules", caution=words.mark("caution")))
    if results.study.sample == "opt-in" and (same := _same(results)):
        parts.append(words("methods.assumption_opt-in", same=same))
    return words.sentences(parts)


def _same(results: Results) -> str:
    """Return the questions weighted on, as the assumption names them."""
    words, history = results.words, results.estimates.histories.get(results.latest)
    questions = [q for margin in (history.weighting.margins if history else ()) for q in margin.questions]
    labels = [words.noun(results.question_label(q)) for q in dict.fromkeys(questions)]
    same = [words("methods.same_one", question=label) for label in labels]
    return words("methods.same", questions=words.listed(same)) if labels else ""


SECTION = Section("methods", texts=texts, required=True)
