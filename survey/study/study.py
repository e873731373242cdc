"""A study file, read and checked: questions, waves, screening and weighting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

from survey.errors import StudyError, listing, nearest
from survey.study.dispositions import Dispositions, read_dispositions
from survey.study.questionnaire import Label, Questionnaire
from survey.study.questions import CODE, read_questionnaire
from survey.study.screening_plan import ScreeningPlan, read_screening
from survey.study.toml_table import LANGUAGES, Table, read_toml
from survey.study.weighting_plan import WeightingPlan, read_weighting

EngineName = Literal["duckdb", "spark", "postgresql"]
DateOrder = Literal["dmy", "mdy", "ymd"]
TABLES = (
    "questions", "derived", "screening", "weighting", "estimates", "honesty", "briefing", "disclosure",
)  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Study:
    """The contents of a study file; the tables of `analysis` and `reports` are kept unread."""

    id: str
    title: Label
    publisher: Label
    population: Label
    sample: Literal["opt-in", "probability"]
    languages: tuple[str, ...]
    synthetic: bool
    waves: tuple[Wave, ...]
    questionnaire: Questionnaire
    screening: ScreeningPlan
    weighting: WeightingPlan
    path: Path
    estimates: Table
    honesty: Table
    briefing: Table
    disclosure: Table
    engine: EngineName = "duckdb"

    def wave(self, name: str | None = None) -> Wave:
        """Return the wave of this name, or the only one; raises StudyError naming those there are."""
        if name is None and len(self.waves) == 1:
            return self.waves[0]
        for wave in self.waves:
            if wave.id == name:
                return wave
        names = [wave.id for wave in self.waves]
        problem = f'has no wave "{name}"' if name else "has several waves and none was chosen"
        raise StudyError(
            self.path.name, f"{problem} (its waves are {listing(names)})", f'pass wave="{names[-1]}"'
        )

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The study file and every file it names, each once."""
        files = [self.path, *(w.responses for w in self.waves if not w.in_database)]
        files += [question.coded for question in self.questionnaire if question.coded]
        files += [m.path for m in self.weighting.margins]
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
        Naming file, table and key of the first mistake, what was expected and what to do.
    """
    path = Path(path)
    top = Table(read_toml(path), path.name, "")
    head = top.table("study")
    # Printed are the languages listed, else those of the title; messages speak the first of them.
    title = head.optional(head.label, "title")
    languages = head.choices("languages", LANGUAGES) or (title.languages if title else LANGUAGES)
    head.languages = top.languages = tuple(dict.fromkeys((*languages, *LANGUAGES)))
    tables = {name: top.table(name) for name in TABLES}
    waves = tuple(_wave(table, path.parent) for table in top.tables("waves"))
    top.done()
    questionnaire = read_questionnaire(tables["questions"], tables["derived"], path.parent)
    study = Study(
        id=head.text("id"),
        title=head.label("title"),
        publisher=head.label("publisher"),
        population=head.label("population"),
        sample=head.choice("sample", ("opt-in", "probability")),
        languages=languages,
        synthetic=head.flag("synthetic"),
        waves=waves,
        questionnaire=questionnaire,
        screening=read_screening(tables["screening"], questionnaire),
        weighting=read_weighting(tables["weighting"], path.parent),
        path=path,
        estimates=tables["estimates"],
        honesty=tables["honesty"],
        briefing=tables["briefing"],
        disclosure=tables["disclosure"],
        engine=engine,
    )
    if not CODE.fullmatch(study.id):
        raise head.refuse("id", "letters, digits and underscores: it names the output folder")
    head.done()
    _check_waves(study)
    _check_sources(study)
    _check_neighbours(study)
    _check_paths(study, [path.parent, *map(Path, read)])
    return study


def _check_paths(study: Study, folders: list[Path]) -> None:
    """Refuse paths outside the folders the study may read from, and those that are not regular files."""
    allowed = [folder.resolve() for folder in folders]
    for path in _with_contents(study.inputs[1:]):
        try:
            target = path.resolve()
            special = path.exists() and not (path.is_file() or path.is_dir())
        except (OSError, ValueError, RuntimeError):  # an impossible name, or links in a ring
            continue  # whatever reads the file names it
        if not any(target.is_relative_to(folder) for folder in allowed):
            raise StudyError(
                study.path.name,
                f"names {path}, which is outside its folder",
                f"move the file beside the study file, or allow its folder with --read {target.parent}",
            )
        if special:
            raise StudyError(
                study.path.name, f"names {path}, which is not a regular file", "name a file of answers"
            )


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
        dispositions=read_dispositions(table.table("dispositions")) if table.has("dispositions") else None,
    )
    if not CODE.fullmatch(name):
        raise table.refuse("id", 'letters, digits and underscores, such as "2024"')
    table.done()
    return wave


def _check_sources(study: Study) -> None:
    sources = [(wave.responses, wave.table, wave.sheet) for wave in study.waves]
    for wave, source in zip(study.waves, sources, strict=True):
        if sources.count(source) > 1:
            raise StudyError(
                f'{study.path.name}, [[waves]] "{wave.id}" responses',
                f"is {wave.responses.name}, which is also named for another wave",
                "give each wave its own file, table or sheet",
            )


def _check_neighbours(study: Study) -> None:
    """Refuse to merge neighbours of a question that has none, as the order of its options is not known."""
    for margin, partners in study.weighting.collapse:
        for name in margin.split(" x ") if partners == "neighbours" else ():
            if name in study.questionnaire and study.questionnaire[name].order == "unknown":
                raise StudyError(
                    f"{study.path.name}, [weighting.collapse] {margin}",
                    f'is "neighbours", but the order of the options of "{name}" is not known',
                    f'put them in order and take order = "unknown" out of [questions.{name}], '
                    'or name the partners, such as [["a", "b"]]',
                )


def _check_waves(study: Study) -> None:
    where, names = f"{study.path.name}, [[waves]]", [wave.id for wave in study.waves]
    if not names:
        raise StudyError(study.path.name, "has no [[waves]]", "add one with id and responses")
    for name in names:
        if names.count(name) > 1:
            raise StudyError(where, f'id "{name}" appears twice', "give each wave its own id")
    for wave in study.waves:
        if wave.dispositions is not None and study.sample == "opt-in":
            raise StudyError(
                f'{where} "{wave.id}"',
                "has dispositions, but an opt-in sample has no sampling frame, hence no response rate",
                'remove them, or write sample = "probability"',
            )
    for question in study.questionnaire:
        for name, _ in question.forms:
            if name not in names:
                raise StudyError(
                    f"{study.path.name}, [questions.{question.id}.waves]",
                    f'there is no wave "{name}" (there are {listing(names)})',
                    nearest(name, names),
                )
    dated = [wave for wave in study.waves if wave.fieldwork]
    for first, second in pairwise(dated):
        if first.fieldwork and second.fieldwork and first.fieldwork > second.fieldwork:
            raise StudyError(
                where,
                f'"{first.id}" is listed before "{second.id}" but was fielded later',
                "list the waves in order of time",
            )
