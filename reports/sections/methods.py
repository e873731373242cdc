"""Methods in sentences and the disclosure items of AAPOR (methods 4)."""

from __future__ import annotations

from importlib.metadata import version

from reports.language.numbers import decimal, percent, percent_tenth, whole
from reports.results.facts import compared
from reports.results.labels import category_label
from reports.results.results import Results
from reports.results.settings import DISCLOSED
from survey.history import MarginHistory, WaveHistory
from survey.study.dispositions import response_rate
from survey.study.weighting_plan import MarginSource


def _histories(results: Results) -> dict[str, WaveHistory]:
    return {w: results.estimates.histories[w] for w in results.waves if w in results.estimates.histories}


def methods(results: Results, flow_table: int) -> list[str]:
    """Return the paragraphs of the methods section.

    Parameters
    ----------
    flow_table : int
        Number of the table of returns; 0 if there is none.
    """
    paragraphs = [_who(results, flow_table), _weighting(results), _weights(results), _intervals(results)]
    return [p.strip() for p in paragraphs if p.strip()]


def _who(results: Results, flow_table: int) -> str:
    words, parts = results.words, []
    for wave, history in _histories(results).items():
        label = results.wave_label(wave)
        if history.flow is None:
            parts.append(words("methods.wave_plain", wave=label, analysed=whole(history.weighting.n)))
        else:
            flow = history.flow
            parts.append(
                words(
                    "methods.wave",
                    wave=label,
                    returned=whole(flow.returned),
                    removed=whole(flow.returned - flow.analysed),
                    analysed=whole(flow.analysed),
                    table=flow_table,
                )
            )
    return words(
        f"methods.population_{results.study.sample}",
        population=results.study.population.in_(results.language),
        waves="".join(parts) + _response(results),
    )


def _response(results: Results) -> str:
    """Return the response rates of a probability sample whose dispositions the study file gives."""
    words = results.words
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
    return words("methods.response", rates=words.listed(rates)) if rates else ""


def _weighting(results: Results) -> str:
    words, histories = results.words, _histories(results)
    if not any(h.weighting.margins for h in histories.values()):
        return words("methods.weighting_none")
    latest = next(h for h in reversed(list(histories.values())) if h.weighting.margins).weighting
    names = words.listed([_margin_name(results, m) for m in latest.margins])
    fields = {
        "margins": names,
        "notes": _notes(results),
        "merges": _merges(results) + _thin(results),
        "unknown": _unknown(results),
    }
    if latest.bounds is None:
        return words("methods.weighting_free", **fields)
    low, high = latest.bounds
    return words("methods.weighting", low=f"{low:g}", high=f"{high:g}", **fields)


def _margin_name(results: Results, margin: MarginHistory) -> str:
    return " × ".join(results.words.noun(results.question_label(q)) for q in margin.questions)


def _sources(results: Results) -> str:
    """Return where the population figures come from, as the study file words it or as the margin does."""
    history = results.estimates.histories.get(results.latest)
    margins = history.weighting.margins if history else ()
    declared = results.study.weighting.margins
    own = [m.source for m in declared] if len(declared) == len(margins) else [None] * len(margins)
    texts = []
    for margin, label in zip(margins, own, strict=True):
        for source, day, address in margin.sources:
            words = results.words
            named = label.in_(results.language) if label else source or words.text("methods.source_unknown")
            texts.append(
                words(
                    "methods.source",
                    margin=_margin_name(results, margin),
                    source=named,
                    date=words("methods.source_date", date=day) if day else "",
                    address=words("methods.source_address", address=address) if address else "",
                )
            )
    return results.words.clauses(dict.fromkeys(texts))


def _notes(results: Results) -> str:
    sources: tuple[MarginSource, ...] = results.study.weighting.margins
    gap = results.words.text("sentence_separator")
    return "".join(s.note.in_(results.language) + gap for s in sources if s.note is not None)


def _merges(results: Results) -> str:
    found = []
    for wave, history in _histories(results).items():
        names = [
            category_label(results, m.questions, c.codes, joint="merged_join")
            for m in history.weighting.margins
            for c in m.categories
            if len(c.codes) > 1
        ]
        if names:
            found.append(
                results.words(
                    "methods.merge_wave", wave=results.wave_label(wave), names=results.words.listed(names)
                )
            )
    separator = results.words.text("clause_separator")
    return results.words("methods.merges", merges=separator.join(found)) if found else ""


def _thin(results: Results) -> str:
    """Return the sentence on categories left small for want of a partner; "" if there are none."""
    found: dict[str, None] = {}
    for history in _histories(results).values():
        for margin in history.weighting.margins:
            names = margin.name + ": "
            for entry in history.weighting.thin:
                if entry.startswith(names):
                    found[category_label(results, margin.questions, (entry.removeprefix(names),))] = None
    return results.words("methods.thin", names=results.words.listed(list(found))) if found else ""


def _unknown(results: Results) -> str:
    texts: dict[str, list[str]] = {}
    for wave, history in _histories(results).items():
        for margin in history.weighting.margins:
            for category in margin.categories:
                if category.codes == ("",):
                    texts.setdefault(_margin_name(results, margin), []).append(
                        f"{results.wave_label(wave)} {percent_tenth(category.unweighted)}%"
                    )
    shared: dict[str, list[str]] = {}
    for wave, history in _histories(results).items():
        for margin in history.weighting.margins:
            if margin.shared_out:
                share = f"{results.wave_label(wave)} {percent_tenth(margin.shared_out)}%"
                shared.setdefault(_margin_name(results, margin), []).append(share)
    return "".join(
        results.words(f"methods.{key}", margin=name, shares=results.words.listed(shares))
        for key, found in (("unknown", texts), ("shared_out", shared))
        for name, shares in found.items()
    )


def _weights(results: Results) -> str:
    text, warn = "", ""
    for wave, history in _histories(results).items():
        w = history.weighting
        text += results.words(
            "methods.weights_wave",
            wave=results.wave_label(wave),
            n_eff=whole(w.n_eff),
            deff=decimal(w.design_effect),
            largest=decimal(w.largest, 1),
        )
        if w.n_eff < 100:
            warn = results.words("methods.red")
        elif w.design_effect > 2 and not warn:
            warn = results.words("methods.amber")
    return text + warn


def _intervals(results: Results) -> str:
    words, frame = results.words, results.estimates.frame
    method = str(frame.loc[frame["measure"] == "share", "method"].iloc[0])
    one_stage = results.study.estimates.values.get("variance", "leverage") == "leverage"
    parts = [
        words(
            "methods.variance_leverage" if one_stage else "methods.variance_taylor",
            interval=words.mapping("interval_names").get(method, method),
        )
    ]
    if method == "wilson_smoothed":
        parts.append(words("methods.smoothed"))
    if results.changed() or results.changed(by=results.by):
        parts.append(words("methods.change"))
    if results.by and compared(results):
        label = results.question_label(results.by)
        parts.append(words("methods.groups", by=results.words.noun(label)))
    if any(key[5] == "model_share" for key in results.table):
        label = results.question_label(results.by)
        parts.append(words("methods.small_areas", by=results.words.noun(label)))
    parts.append(words("methods.rules", caution=words.mark("caution")))
    if results.study.sample == "opt-in" and (same := _same(results)):
        parts.append(words("methods.assumption_opt-in", same=same))
    return words.sentences(parts)


def _same(results: Results) -> str:
    """Return the questions weighted on, as the assumption names them."""
    history = results.estimates.histories.get(results.latest)
    asked = [q for m in (history.weighting.margins if history else ()) for q in m.questions]
    words = results.words
    labels = [words.noun(results.question_label(q)) for q in dict.fromkeys(asked)]
    if words.text("methods.same_before") == "each":
        return words.listed([words("methods.same", question=label) for label in labels])
    return words("methods.same", question=words.listed(labels)) if labels else ""


def items(results: Results, inputs: str) -> list[tuple[str, str]]:
    """Return the disclosure items in the order of the checklist, those that are known.

    Parameters
    ----------
    inputs : str
        How to recognise the input files, such as the start of their sha256.
    """
    words, study, language = results.words, results.study, results.language
    table = study.disclosure
    given = {key: table.label(key).in_(language) for key in DISCLOSED if table.has(key)}
    table.done()
    dates = [
        words("disclosure.dates_wave", wave=results.wave_label(w.id), days=results.words.days(w.fieldwork))
        for w in study.waves
        if w.fieldwork and w.id in results.waves
    ]
    sizes = [
        words("disclosure.size_wave", wave=results.wave_label(w), n=whole(h.weighting.n))
        for w, h in _histories(results).items()
    ]
    wording = [q.text.in_(language) for q in results.questions()]
    found = {
        "publisher": study.publisher.in_(language),
        "population": study.population.in_(language),
        "sample": words(f"disclosure.sample_{study.sample}"),
        "dates": words.clauses(dates),
        "sizes": words.clauses(sizes),
        "weighting": _sources(results),
        "wording": words.sentences([words.quoted(text) for text in wording]),
        "repeat": words("disclosure.repeat_text", inputs=inputs, version=version("parent-intent")),
        **given,
    }
    order = (
        "publisher",
        "sponsor",
        "conductor",
        "population",
        "sample",
        "recruitment",
        "mode",
        "dates",
        "sizes",
        "wording",
        "weighting",
        "incentives",
        "quality",
        "limits",
        "contact",
        "repeat",
    )
    return [(words(f"disclosure.{key}"), found[key]) for key in order if found.get(key)]
