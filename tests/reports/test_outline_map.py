"""An outline map: only with an approval, in three classes of the tested difference, and refused by name."""

import json

import pytest
from estimate_rows import HELD, rest, results_from, share
from pdf import failures
from small_study import reported, study_with

from reports.charts.outline_map import ABOVE, ALIKE, BELOW, UNKNOWN, outline_map
from reports.charts.style import style
from reports.cli import main
from reports.page.fonts import find_fonts
from reports.results.outlines import outlines_of
from survey import read_study

KEYS = 'file = "districts.json"\nkey = "name"\nsource = { zh = "某图", en = "A map" }\n'
APPROVAL = 'approval = "晋S（2024）001号"\n'


def square(x, name):
    ring = [[x, 37], [x + 1, 37], [x + 1, 38], [x, 38], [x, 37]]
    return {"properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def mapped(tmp_path, features, more=APPROVAL):
    path = study_with(tmp_path, 'files = ["pictures"]', declared=f"\n[briefing.map]\n{KEYS}{more}")
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (tmp_path / "districts.json").write_text(text, encoding="utf-8")
    return path


SQUARES = [square(112, "北区"), square(113, "South"), square(114, "west")]


def test_groups_are_shaded_by_the_tested_difference_and_never_by_rank(tmp_path):
    study = read_study(mapped(tmp_path, SQUARES))
    by = [share("price", p, 0.05, by="district", group=g) for g, p in (("north", 0.9), ("south", 0.5))]
    by += [share("price", 0.7, by="district", group="west") | HELD]
    rows = [share("price", 0.7), *by, rest("north", 0.2, 0.01), rest("south", -0.2, 0.3)]

    def fills(rows):
        results = results_from(study, rows)
        with style(find_fonts().sans):
            figure = outline_map(results, outlines_of(study, study.questionnaire["district"]))
        return [patch.get_facecolor()[:3] for patch in figure.axes[0].patches]

    def colours(*names):
        from matplotlib.colors import to_rgb

        return [to_rgb(name) for name in names]

    assert fills(rows) == colours(ABOVE, ALIKE, UNKNOWN)
    rows[-1] = rest("south", -0.2, 0.01)
    assert fills(rows) == colours(ABOVE, BELOW, UNKNOWN)


def test_it_is_printed_with_its_source_and_approval(tmp_path):
    out = reported(mapped(tmp_path, SQUARES))
    texts = (out / "charts" / "texts-zh.txt").read_text(encoding="utf-8")
    assert "底图：某图；审图号：晋S（2024）001号" in texts
    assert failures(out / "briefing-zh.pdf") == []


@pytest.mark.parametrize(
    ("features", "more", "words"),
    [
        (SQUARES, "", ["[briefing.map] approval", "is missing"]),
        (SQUARES[:2], APPROVAL, ['no feature of "districts.json" is the option "west"', "South"]),
        ([], APPROVAL, ['has the property "name"']),
        ([square(5e5, "west")], APPROVAL, ["not in degrees"]),
    ],
)
def test_what_is_no_map_of_the_groups_is_refused(tmp_path, capsys, features, more, words):
    assert main(["check", str(mapped(tmp_path, features, more))]) == 2
    error = capsys.readouterr().err
    assert all(word in error for word in words), error


def test_a_file_that_is_absent_or_none_and_the_former_tiles_are_refused(tmp_path, capsys):
    path = mapped(tmp_path, SQUARES)
    (tmp_path / "districts.json").write_text("{", encoding="utf-8")
    assert main(["check", str(path)]) == 2
    assert "is not a GeoJSON collection" in capsys.readouterr().err
    (tmp_path / "districts.json").unlink()
    assert main(["check", str(path)]) == 2
    assert '"districts.json" is not there' in capsys.readouterr().err
    path = study_with(tmp_path / "tiles", 'tiles = [["north"]]')
    assert main(["check", str(path)]) == 2
    assert "tiles look like a map and are none" in capsys.readouterr().err
