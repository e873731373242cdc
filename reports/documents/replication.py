"""What somebody else needs to make a report again, in one archive, without anybody's answers."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reports.documents.office import zipped
from reports.language.words import words_of
from reports.results.paths import from_folder
from survey.study.study import Study

OUTSIDE = ".."  # begins the path of a file outside the folder of the study


def replication_archive(study: Study, run: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Return replication.zip: study file, population figures, estimates, run record and how to go on.

    Only files that hold figures of a population are read: a table of responses or of what people typed is
    never among them.

    Parameters
    ----------
    run : mapping
        The run record of the estimates.
    files : mapping of str to bytes
        estimates.csv and what describes it.
    """
    folder, kept, left = study.path.parent, {study.path.name: study.path.read_bytes()}, list[str]()
    for path in _population_files(study):
        name = from_folder(path, folder)
        if name.startswith(OUTSIDE):
            left.append(path.name)
        else:
            kept[name] = path.read_bytes()
    record = {key: value for key, value in run.items() if key != "briefings"}
    kept |= dict(files)
    kept["run.json"] = (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
    kept["README.txt"] = "\n\n".join(_guide(study, left)).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in sorted(kept.items()):
            archive.writestr(zipped(name), data)
    return stream.getvalue()


def _population_files(study: Study) -> list[Path]:
    """Return the files of population figures and of places that a study file names, each once."""
    margins = [*study.weighting.margins, *(m for a in study.weighting.alternatives for m in a.margins)]
    supply = study.supply.values.get("file")
    places = [study.path.parent / supply] if isinstance(supply, str) and supply else []
    return [path for path in dict.fromkeys([*(m.path for m in margins), *places]) if path.is_file()]


def _guide(study: Study, left: list[str]) -> Iterator[str]:
    """Yield the paragraphs of the guide, in every language of the study."""
    for language in study.languages:
        words = words_of(language)
        names = [wave.responses.name for wave in study.waves if not wave.in_database]
        names += [study.reference.path.name] if study.reference else []
        names += [question.coded.name for question in study.questionnaire if question.coded]
        names += [study.reference.path.name] if study.reference else []
        yield words("replication.title", title=study.title.in_(language))
        if study.synthetic:
            yield words.text("synthetic")
        yield words.text("replication.files")
        yield words("replication.answers", names=words.listed(list(dict.fromkeys(names))))
        if left:
            yield words("replication.margins_left", names=words.listed(left))
        yield words("replication.steps", version=version("parent-intent"), study=study.path.name)
        if study.disclosure.has("contact"):
            yield words("replication.contact", contact=study.disclosure.label("contact").in_(language))
    yield ""
