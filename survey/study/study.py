"""A study file, read and checked: questions, waves, screening and weighting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

from survey.errors import MOST, Place, StudyError, note, reading_on, withdraw
from survey.shown import Facts, Shown
from survey.study.dispositions import Dispositions, read_dispositions
from survey.study.plain_texts import STUDY_ID, checked_texts
from survey.study.questionnaire import Label, Questionnaire, unwritten
from survey.study.questions import CODE, read_questionnaire
from survey.study.reference_plan import ReferencePlan, read_reference
from survey.study.screening_plan import ScreeningPlan, read_screening
from survey.study.toml_table import LANGUAGES, Table, read_toml, unknown
from survey.study.weighting_plan import MarginSource, WeightingPlan, read_weighting

Sample = Literal["opt-in", "probability"]
EngineName = Literal["duckdb", "spark", "postgresql"]
DateOrder = Literal["dmy", "mdy", "ymd"]
# Those that analysis and reports read.
LATER = ("estimates", "demand", "take_up", "supply", "honesty", "fieldwork", "briefing", "disclosure")
TABLES = ("questions", "derived", "screening", "weighting", "reference", *LATER)


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of the survey and the file that holds its answers.

    Attributes
    ----------
    responses : Path
        The file or folder; for a table of a database, the name of the table.
    table : str or None
        A table of a DuckDB file, or of a database.
    in_database : bool
        Whether the table is in a database, not in a file.
    dates : {"dmy", "mdy", "ymd"} or None
        The order of day, month and year in the times of the file, where it is declared.
    header : tuple of int
        The row of the headers as a spreadsheet numbers it, or both rows; empty where it is looked for.
    """

    id: str
    label: Label
    responses: Path
    fieldwork: tuple[date, date] | None
    export: str | None
    encoding: str | None
    sheet: str | None = None
    dispositions: Dispositions | None = None
    table: str | None = None
    in_database: bool = False
    dates: DateOrder | None = None
    header: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Study(Shown):
    """The contents of a study file; the tables of `analysis` and `reports` are kept unread."""

    id: str
    title: Label
    publisher: Label
    population: Label
    sample: Sample
    languages: tuple[str, ...]
    synthetic: bool
    waves: tuple[Wave, ...]
    questionnaire: Questionnaire
    screening: ScreeningPlan
    weighting: WeightingPlan
    path: Path
    reference: ReferencePlan | None
    estimates: Table
    demand: Table
    take_up: Table
    supply: Table
    honesty: Table
    fieldwork: Table
    briefing: Table
    disclosure: Table
    engine: EngineName = "duckdb"

    def _facts(self) -> Facts:
        return {"": self.id, "waves": [w.id for w in self.waves], "questions": len(list(self.questionnaire))}

    def wave(self, name: str | None = None) -> Wave:
        """Return the wave of this name, or the only one; raises StudyError naming those there are."""
        if name is None and len(self.waves) == 1:
            return self.waves[0]
        if known := next((wave for wave in self.waves if wave.id == name), None):
            return known
        names = [wave.id for wave in self.waves]
        key = "call.no_wave" if name else "call.several_waves"
        raise StudyError(self.path.name, key=key, wave=name, waves=names, last=names[-1])

    @property
    def asks_demand(self) -> bool:
        """Whether the file has a table of demand, or one that needs it."""
        return any(table.values for table in (self.demand, self.take_up, self.supply))

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The study file and every file it names, each once."""
        files = [self.path, *(w.responses for w in self.waves if not w.in_database)]
        files += [question.coded for question in self.questionnaire if question.coded]
        files += [m.path for m in self.weighting.margins]
        files += [self.reference.path] if self.reference else []
        outlines = self.briefing.values.get("map")
        named = (self.supply.values.get("file"), outlines.get("file") if isinstance(outlines, dict) else None)
        files += [self.path.parent / name for name in named if isinstance(name, str) and name]
        files += [m.path for alternative in self.weighting.alternatives for m in alternative.margins]
        return tuple(dict.fromkeys(files))


def read_study(path: str | Path, *, read: Sequence[str | Path] = (), engine: EngineName = "duckdb") -> Study:
    """Return the study that a TOML file describes.

    Parameters
    ----------
    read : sequence of paths
        Further folders, beside the study file's own, from which it may name files; links are followed.
    engine : {"duckdb", "spark", "postgresql"}
        What aggregates answers kept in a folder of files or a database; the results are the same.

    Raises
    ------
    StudyError
        Naming file, table and key of the mistake, what was expected and what to do.
    SeveralErrors
        If there are several: all of them.
    """
    return reading_on(lambda: _study(Path(path), [Path(folder) for folder in read], engine))


def _study(path: Path, read: list[Path], engine: EngineName) -> Study:
    top = Table(read_toml(path), path.name)
    if not {"study", "waves", *TABLES} & set(top.values):
        raise StudyError(path.name, key="study.no_tables")
    head = checked_texts(top).table("study")
    # Printed are the languages listed, else those of the title; messages speak the first of them.
    title = head.optional(head.label, "title")
    languages = head.choices("languages", LANGUAGES) or (title.languages if title else LANGUAGES)
    head.languages = top.languages = tuple(dict.fromkeys((*languages, *LANGUAGES)))
    tables = {name: top.table(name) for name in TABLES}
    entries, aside = top.tables("waves"), top.table("lint")  # what `parent-intent lint` sets aside
    top.done()
    if aside.texts("ignore"):
        aside.label("reason")
    aside.done()
    # What is not written yet is no mistake: it makes a draft, as a text to fill in does.
    id, blank, synthetic = head.text("id"), unwritten(languages[0]), head.flag("synthetic")
    publisher, population = head.optional(head.label, "publisher"), head.optional(head.label, "population")
    sample: Sample = head.choice("sample", get_args(Sample))
    if head.sound("id") and not STUDY_ID.fullmatch(id):
        head.spoilt("id", head.refuse("id", "study_id"))
    head.done()
    if not top.has("study"):
        withdraw(head.path)
        top.spoilt("study", StudyError(path.name, key="study.no_head"))
    waves = tuple(_wave(table, path.parent) for table in entries)
    questionnaire = read_questionnaire(tables["questions"], tables["derived"], path.parent)
    study = Study(
        id=id,
        title=title or blank,
        publisher=publisher or blank,
        population=population or blank,
        sample=sample,
        languages=languages,
        synthetic=synthetic,
        waves=waves,
        questionnaire=questionnaire,
        screening=read_screening(tables["screening"], questionnaire),
        weighting=read_weighting(tables["weighting"], path.parent, questionnaire.questions),
        path=path,
        reference=_beside(tables["reference"], path.parent, questionnaire, sample),
        **{name: tables[name] for name in LATER},
        engine=engine,
    )
    _check_waves(study, entries, top)
    if _paths_allowed(study, [path.parent, *read], sound=top.sound("waves", "weighting", "reference")):
        return study
    plan = study.weighting
    sets = tuple(replace(a, margins=_unopened(a.margins)) for a in plan.alternatives)
    return replace(study, weighting=replace(plan, margins=_unopened(plan.margins), alternatives=sets))


def _beside(table: Table, folder: Path, known: Questionnaire, sample: Sample) -> ReferencePlan | None:
    """Return the random sample beside the study, None where there is none."""
    return read_reference(table, folder, known.questions, sample) if table.values else None


def _unopened(margins: Sequence[MarginSource]) -> tuple[MarginSource, ...]:
    """Return margins whose files are not opened, as a path leads where the study may not read."""
    return tuple(replace(margin, readable=False) for margin in margins)


def _paths_allowed(study: Study, folders: list[Path], *, sound: bool) -> bool:
    """Say whether all paths are in folders the study may read from, and files; notes those that are not.

    Where not all is `sound`, the folder itself stands for a path that could not be read.
    """
    allowed, wrong = [folder.resolve() for folder in folders], 0
    named = [path for path in study.inputs[1:] if sound or path != study.path.parent]
    for path in _with_contents(named):
        try:
            target = path.resolve()
            special = path.exists() and not (path.is_file() or path.is_dir())
        except (OSError, ValueError, RuntimeError):  # an impossible name, or links in a ring
            continue  # whatever reads the file names it
        outside = not any(target.is_relative_to(folder) for folder in allowed)
        if outside or special:
            key = "study.outside_folder" if outside else "study.special_file"
            note(StudyError(study.path.name, key=key, path=str(path), folder=str(target.parent)))
            wrong += 1
        if wrong == MOST:
            break
    return not wrong


def _with_contents(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the paths, and for a folder what is in it: a link there may lead elsewhere too."""
    for path in paths:
        yield path
        try:
            if path.is_dir():
                yield from sorted(path.rglob("*"))
        except (OSError, ValueError):  # whatever reads the folder names it
            continue


def _wave(table: Table, folder: Path) -> Wave:
    name = table.text("id")
    database_table = table.optional(table.text, "table")
    in_database = database_table is not None and not table.has("responses")
    wave = Wave(
        id=name,
        label=table.optional(table.label, "label") or Label((("zh", name), ("en", name))),
        responses=Path(str(database_table)) if in_database else folder / table.text("responses"),
        fieldwork=table.optional(table.dates, "fieldwork"),
        export=table.optional(table.text, "export"),
        encoding=table.optional(table.text, "encoding"),
        sheet=table.optional(table.text, "sheet"),
        table=database_table,
        in_database=in_database,
        dates=table.choice("dates", get_args(DateOrder)) if table.has("dates") else None,
        header=_header(table) if table.has("header") else (),
        dispositions=read_dispositions(table.table("dispositions")) if table.has("dispositions") else None,
    )
    if table.sound("id") and not CODE.fullmatch(name):
        table.spoilt("id", table.refuse("id", "wave_id"))
    table.done()
    return wave


def _header(table: Table) -> tuple[int, ...]:
    """Return the rows of the headers: one row, or two that are read as one."""
    value = table.raw("header")
    rows = value if isinstance(value, list) else [value]
    whole = all(isinstance(row, int) and not isinstance(row, bool) and row > 0 for row in rows)
    if not whole or not 0 < len(rows) < 3 or sorted({*rows}) != rows:
        table.spoilt("header", table.refuse("header", "header"))
        return ()
    if table.has("table"):
        table.spoilt("header", StudyError(table.where("header"), key="header.no_rows"))
    return tuple(rows)


def _check_waves(study: Study, tables: Sequence[Table], top: Table) -> None:
    """Note waves that are none, twice the same, or not in order of time."""
    where, names = f"{study.path.name}, [[waves]]", [wave.id for wave in study.waves]
    if not names and top.sound("waves"):
        note(StudyError(study.path.name, key="study.no_waves"))
    for i, (wave, table) in enumerate(zip(study.waves, tables, strict=True)):
        if wave.id and wave.id in names[:i]:
            note(StudyError(where, key="study.same_wave", place=table.path, wave=wave.id))
        if wave.dispositions is not None and study.sample == "opt-in":
            note(StudyError(f'{where} "{wave.id}"', key="study.dispositions", place=table.path))
        source = (wave.responses, wave.table, wave.sheet)
        others = [(w.responses, w.table, w.sheet) for w in study.waves[i + 1 :]]
        if source in others and table.sound("responses", "table", "sheet"):
            at, file = (*table.path, "responses"), wave.responses.name
            note(StudyError(f'{where} "{wave.id}" responses', key="study.same_file", place=at, file=file))
    known = [] if "" in names else names
    for question in study.questionnaire if known else ():
        for name, _ in question.forms:
            if name not in known:
                place = Place(study.path.name, ("questions", question.id, "waves"))
                note(unknown("study.no_wave", place, name, known, wave=name, waves=known))
    dated = [wave for wave in study.waves if wave.fieldwork]
    for first, second in pairwise(dated):
        if first.fieldwork and second.fieldwork and first.fieldwork > second.fieldwork:
            at, key = ("waves",), "study.wave_order"
            note(StudyError(where, place=at, key=key, first=first.id, second=second.id))
