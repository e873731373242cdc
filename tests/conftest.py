"""Fixtures that several tests share."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import survey
from reports.cli import main

# Tests read the screen in English, whatever the machine speaks; one of another language says so.
os.environ["PARENT_INTENT_LANG"] = "en"

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared():
    """The folder of reference material beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("the folder of reference material is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def samples():
    """The folder of sample exports: the same made-up people as every platform exports them."""
    return HERE / "exports"


@pytest.fixture(scope="session")
def vector():
    """Worked numbers: ``vector("raking")`` maps case names to cases."""

    def read(name):
        cases = json.loads((HERE / "vectors" / f"{name}.json").read_text(encoding="utf-8"))["cases"]
        return {case["id"]: case for case in cases}

    return read


@pytest.fixture(scope="session")
def small():
    """The two small data sets of the worked numbers, with text categories."""
    data = json.loads((HERE / "vectors" / "data_small.json").read_text(encoding="utf-8"))
    frames = {}
    for name in ("design48", "optin60"):
        frame = pd.DataFrame(data[name]["rows"])
        for column in ("sex", "age", "edu", "district"):
            frame[column] = "c" + frame[column].astype(str)
        frames[name] = frame
    frames["targets"] = {
        key: {f"c{i}": float(v) for i, v in enumerate(values)}
        for key, values in data["optin60"]["targets"].items()
    }
    return frames


@pytest.fixture(scope="session")
def optin60(small):
    """The opt-in sample of 60, raked to sex, age and schooling."""
    frame = small["optin60"].drop(columns="id")
    sample = survey.from_frame(frame, multiple={"concerns": ["price", "quality", "distance"]})
    margins = {name: small["targets"][name] for name in ("sex", "age", "edu")}
    return sample, survey.rake(sample, margins, bounds=(0, np.inf))


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demonstration study as the command prints it; a test that changes it takes a copy."""
    out = tmp_path_factory.mktemp("demo")
    assert main(["report", str(HERE.parent / "data" / "taiyuan" / "study.toml"), "--out", str(out)]) == 0
    return out


COUNTS = pytest.StashKey[list]()


def pytest_addoption(parser):
    parser.addoption(
        "--reference", metavar="DIR", help="a folder of reference cases in place of tests/reference"
    )


@pytest.fixture
def record_counts(request):
    """A function that keeps a line for the end of the run."""
    return request.config.stash.setdefault(COUNTS, []).append


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash.get(COUNTS, []):
        terminalreporter.write_line(line)
