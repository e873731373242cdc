"""A study file read and checked: what was asked, in which files, how to screen and to weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Literal, cast

from survey.errors import StudyError, listing, nearest
from survey.study.dispositions import Dispositions, read_dispositions
from survey.study.questionnaire import Label, Questionnaire
from survey.study.questions import CODE, read_questionnaire
from survey.study.screening_plan import ScreeningPlan, read_screening
from survey.study.toml_table import LANGUAGES, Table, read_toml
from survey.study.weighting_plan import WeightingPlan, read_weighting

EngineName = Literal["duckdb", "spark", "postgresql"]
TABLES = (
    "study",
    "waves",
    "questions",
    "derived",
    "screening",
    "weighting",
    "estimates",
    "honesty",
    "briefing",
    "disclosure",
)


@dataclass(frozen=True, slots=True)
class Wave:
    """One round of the survey and the file that holds its answers.

    Attributes
    ----------
    responses : Path
        The file or folder; of a table in a database its name, which is no place on a disk.
    table : str or None
        A table of a DuckDB file, or of a database.
    in_database : bool
        Whether a database holds the table, and no file.
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


@dataclass(frozen=True, slots=True)
class Study:
    """Everything a study file says; the tables of `analysis` and `reports` are kept unread."""

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
        problem = f'no wave "{name}"' if name else "several waves and none was chosen"
        raise StudyError(
            str(self.path.name), f"{problem} (there are {listing(names)})", f'say wave="{names[-1]}"'
        )

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The study file and every file it names, each once."""
        files = [self.path, *(w.responses for w in self.waves if not w.in_database)]
        files += [question.coded for question in self.questionnaire if question.coded]
        files += [m.path for m in self.weighting.margins]
        files += [m.path for one in self.weighting.alternatives for m in one.margins]
        return tuple(dict.fromkeys(files))


def read_study(path: str | Path, *, read: Sequence[str | Path] = (), engine: EngineName = "duckdb") -> Study:
    """Return the study that a TOML file describes.

    Parameters
    ----------
    read : sequence of paths
        Folders beside the study file's own from which it may name files; links count by where they lead.
    engine : {"duckdb", "spark", "postgresql"}
        What counts answers that lie in a folder of files or a database; results are the same.

    Raises
    ------
    StudyError
        With file, table and key of the first mistake, what was expected and how to mend it.
    """
    path = Path(path)
    top = Table(read_toml(path), path.name, "")
    tables = {name: top.table(name) for name in TABLES if name != "waves"}
    waves = tuple(_wave(t, path.parent) for t in top.tables("waves"))
    top.done()
    questionnaire = read_questionnaire(tables["questions"], tables["derived"], path.parent)
    head = tables["study"]
    study = Study(
        id=_study_id(head),
        title=head.label("title"),
        publisher=head.label("publisher"),
        population=head.label("population"),
        sample=cast(Literal["opt-in", "probability"], head.choice("sample", ("opt-in", "probability"))),
        languages=_languages(head),
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
    head.done()
    _check_waves(study)
    _check_places(study, [path.parent, *map(Path, read)])
    return study


def _check_places(study: Study, folders: list[Path]) -> None:
    """Refuse files that the study file names outside the folders it may read from, and what is no file."""
    allowed = [folder.resolve() for folder in folders]
    for path in _within(study.inputs[1:]):
        try:
            place = path.resolve()
            odd = path.exists() and not (path.is_file() or path.is_dir())
        except (OSError, ValueError, RuntimeError):  # a name that is none, or links in a ring
            continue  # named by what reads it
        if not any(place.is_relative_to(folder) for folder in allowed):
            raise StudyError(
                study.path.name,
                f"names {path}, which is outside its folder",
                f"move the file beside the study file, or allow its folder with --read {place.parent}",
            )
        if odd:
            raise StudyError(study.path.name, f"names {path}, which is no file", "name a file of answers")


def _within(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the paths, and for a folder what is in it: a link there may lead elsewhere too."""
    for path in paths:
        yield path
        try:
            if path.is_dir():
                yield from sorted(path.rglob("*"))
        except (OSError, ValueError):  # named by what reads it
            continue


def _study_id(head: Table) -> str:
    value = head.text("id")
    if not CODE.fullmatch(value):
        raise head.refuse("id", "letters, digits and underscores: it names the output folder")
    return value


def _languages(head: Table) -> tuple[str, ...]:
    """Return the languages to print: as listed, else those the title is given in."""
    chosen = head.texts("languages")
    if not set(chosen) <= set(LANGUAGES):
        raise head.refuse("languages", 'a list of "zh" and "en"')
    return chosen or head.label("title").languages


def _wave(table: Table, folder: Path) -> Wave:
    name = table.text("id")
    held = table.text("table") if table.has("table") else None
    in_database = held is not None and not table.has("responses")
    wave = Wave(
        id=name,
        label=table.label("label", Label((("zh", name), ("en", name)))),
        responses=Path(str(held)) if in_database else folder / table.text("responses"),
        fieldwork=table.dates("fieldwork") if table.has("fieldwork") else None,
        export=table.text("export") if table.has("export") else None,
        encoding=table.text("encoding") if table.has("encoding") else None,
        sheet=table.text("sheet") if table.has("sheet") else None,
        table=held,
        in_database=in_database,
        dispositions=read_dispositions(table.table("dispositions")) if table.has("dispositions") else None,
    )
    if not CODE.fullmatch(name):
        raise table.refuse("id", 'letters, digits and underscores, such as "2024"')
    table.done()
    return wave


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
                "has dispositions, and people who chose to answer have no frame to reckon a response rate by",
                'leave them out, or say sample = "probability"',
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
    for one, two in pairwise(dated):
        if one.fieldwork and two.fieldwork and one.fieldwork > two.fieldwork:
            raise StudyError(
                where, f'"{one.id}" stands before "{two.id}" but was asked later', "put them in order of time"
            )
