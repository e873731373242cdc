"""What `parent-intent code` does: typed texts of a question out, with proposed codes, for a person."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reports.folder.results import refuse_existing, write_together
from survey.errors import Cell, ReportError
from survey.messages.lines import Line, Say, line
from survey.responses.columns import all_columns_of
from survey.responses.open_texts import list_texts, read_codes, to_csv, typed_texts
from survey.sources.reading import wave_export
from survey.study.references import known_question
from survey.study.study import Study

SHOWN = 20


def code(study: Study, question: str, out: Path | None = None, *, say: Say = print) -> None:
    """Write the typed texts of a question in all waves to a table with a column to fill in.

    Codes accepted before, in the table the study file names, are carried over.

    Raises
    ------
    ExportError
        If an export cannot be read.
    ReportError
        If the table exists already, or no response has typed text.
    """
    chosen = known_question(question, study.questionnaire.questions, study.path.name)
    target = out or study.path.parent / f"codes-{chosen.id}.csv"
    refuse_existing(target)
    typed: list[str] = []
    for wave in study.waves:
        export = wave_export(study, wave)
        of_wave = typed_texts(chosen, all_columns_of(chosen, export), export)
        if export.paradata.grouped is not None:
            of_wave = np.repeat(of_wave[of_wave != ""], export.paradata.count[of_wave != ""])
        typed += [str(text) for text in of_wave]
    decided = {} if chosen.coded is None else read_codes(chosen.coded, chosen)
    texts = list_texts(chosen, typed, {text: " ".join(codes) for text, codes in decided.items()})
    if not texts:
        raise ReportError(Cell(question=chosen.id), key="codes.no_text")
    write_together(target.parent, {target.name: to_csv(texts).encode("utf-8-sig")})
    for text in texts[:SHOWN]:
        told = {"n": text.n, "text": text.text}
        code = text.code or text.proposed
        say(Line("code.proposed", {**told, "code": code}) if text.proposed else Line("code.text", told))
    if len(texts) > SHOWN:
        say(line("code.more", n=len(texts) - SHOWN))
    say(line("code.fill", file=target))
    say(line("code.add", file=target.name))
    say(line("code.where", question=chosen.id))
    say(line("code.masked"))
