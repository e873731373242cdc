"""The outlines of the groups, read from the GeoJSON file that a study gives with its approval."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey.errors import StudyError, closest
from survey.study.questionnaire import Label, Question
from survey.study.study import Study
from survey.study.toml_table import Table

# Longitudes and latitudes, one ring a list.
Ring = list[tuple[float, float]]
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Outlines:
    """Where the groups lie.

    Attributes
    ----------
    rings : mapping of str to tuple of Ring
        The outer and inner rings of each group, by its code.
    source : Label
        Where the outlines are from.
    approval : str
        The number under which the map may be published (审图号); printed with it.
    """

    rings: Mapping[str, tuple[Ring, ...]]
    source: Label
    approval: str


def outlines_of(study: Study, by: Question | None) -> Outlines | None:
    """Return the outlines under [briefing.map]; None where a study gives none.

    Parameters
    ----------
    by : Question or None
        The grouping question; each of its options is to be found in the file by code or label.

    Raises
    ------
    StudyError
        Without an approval, or if the file is not GeoJSON in degrees or lacks a group.
    """
    if not study.briefing.has("map"):
        return None
    table = study.briefing.table("map")
    name, key, source = table.text("file"), table.text("key"), table.label("source")
    approval = table.text("approval")
    table.done()
    table.check_sound("file", "key", "source", "approval")
    if by is None:
        raise StudyError(table.where("file"), key="study.map_without_by")
    features = _features(study, table, name)
    return Outlines(_matched(table, name, features, by, key), source, approval)


def _features(study: Study, table: Table, name: str) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file; raises StudyError."""
    path = study.path.parent / name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise StudyError(table.where("file"), key="study.map_size", name=name)
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        return [feature for feature in features if feature["properties"] and feature["geometry"]]
    except FileNotFoundError:
        raise StudyError(table.where("file"), key="study.map_absent", name=name) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise StudyError(table.where("file"), key="study.map_form", name=name) from None


def _matched(
    table: Table, name: str, features: list[dict[str, Any]], by: Question, key: str
) -> dict[str, tuple[Ring, ...]]:
    """Return the rings of each group that is counted; raises StudyError naming one that is not found."""
    named: dict[str, tuple[Ring, ...]] = {}
    for feature in features:
        value = feature["properties"].get(key)
        if value is not None:
            named[str(value).strip()] = (
                *named.get(str(value).strip(), ()),
                *_rings(table, name, feature["geometry"]),
            )
    if not named:
        raise StudyError(table.where("key"), key="study.map_key", name=name, given=key)
    found = {}
    for option in by.options:
        match = next((text for text in option.spellings if text in named), None)
        if match is None and not option.ineligible:
            raise StudyError(
                table.where("file"),
                key="study.map_group",
                name=name,
                option=option.code,
                known=sorted(named),
                nearest=closest(option.label.texts[0][1], tuple(named)),
            )
        if match is not None:
            found[option.code] = named[match]
    return found


def _rings(table: Table, name: str, geometry: dict[str, Any]) -> Iterator[Ring]:
    """Yield the rings of a polygon or of several; raises StudyError."""
    coordinates = geometry.get("coordinates") or []
    parts = {"Polygon": [coordinates], "MultiPolygon": coordinates}
    for part in parts.get(str(geometry.get("type")), []):
        for ring in part:
            points = [(float(x), float(y)) for x, y, *_ in ring]
            if len(points) < 4 or not all(abs(x) <= 180 and abs(y) <= 90 for x, y in points):
                raise StudyError(table.where("file"), key="study.map_degrees", name=name)
            yield points
