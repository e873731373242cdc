"""The disclosure items of AAPOR (methods 4)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

from reports.language.numbers import whole
from reports.results.facts import margin_name
from reports.results.results import Results
from reports.results.settings import DISCLOSED
from reports.sections.section import Block, Printing, Section, terms
from reports.sections.trust.reference import drawn

ORDER = (
    "publisher",
    "sponsor",
    "conductor",
    "population",
    "sample",
    "beside",
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


def texts(printing: Printing) -> Iterator[Block]:
    """Yield the disclosure items in the order of the checklist, those that are known."""
    results = printing.results
    words, study, language = results.words, results.study, results.language
    dates = [
        words("disclosure.dates_wave", wave=results.wave_label(w.id), days=words.days(w.fieldwork))
        for w in study.waves
        if w.fieldwork and w.id in results.waves
    ]
    sizes = [
        words("disclosure.size_wave", wave=results.wave_label(wave), n=whole(history.weighting.n))
        for wave, history in results.histories().items()
    ]
    history = results.estimates.histories.get(results.latest)
    margins = history.weighting.margins if history else ()
    # The study file may word a source; the margin itself has one else.
    declared = study.weighting.margins
    labels = [m.source for m in declared] if len(declared) == len(margins) else [None] * len(margins)
    sources = [
        words(
            "methods.source",
            margin=margin_name(results, margin.questions),
            source=label.in_(language) if label else source or words.text("methods.source_unknown"),
            date=words("methods.source_date", date=day) if day else "",
            address=words("methods.source_address", address=address) if address else "",
        )
        for margin, label in zip(margins, labels, strict=True)
        for source, day, address in margin.sources
    ]
    items = {
        "publisher": study.publisher.in_(language),
        "population": study.population.in_(language),
        "sample": words(f"disclosure.sample_{study.sample}"),
        "beside": drawn(results),
        "dates": words.clauses(dates),
        "sizes": words.clauses(sizes),
        "weighting": words.clauses(dict.fromkeys(sources)),
        "wording": _wording(results),
        "repeat": words("disclosure.repeat_text", inputs=printing.inputs, version=version("parent-intent")),
    }
    items |= {k: study.disclosure.label(k).in_(language) for k in DISCLOSED if study.disclosure.has(k)}
    study.disclosure.done()
    yield from terms((words(f"disclosure.{key}"), items[key]) for key in ORDER if items.get(key))


def _wording(results: Results) -> str:
    """Return the wording of the questions estimated, or where the whole questionnaire stands."""
    chosen = results.study.briefing.values.get("sections", ["questionnaire"])
    if "questionnaire" in chosen:
        return results.words("disclosure.wording_below", section=results.words("headings.questionnaire"))
    texts = [question.text.in_(results.language) for question in results.questions()]
    return results.words.sentences([results.words.quoted(text) for text in texts])


SECTION = Section("disclosure", texts=texts, required=True)
