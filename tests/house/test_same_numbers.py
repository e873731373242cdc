"""Published figures have the same bytes whatever the processor, its threads and the order of the rows."""

import os
import platform
import random
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from small_study import answers, as_csv, write_sound

from analysis.publication.published import rounded
from reports.cli import main

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "data" / "taiyuan" / "study.toml"


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="OpenBLAS has other kernels here")
@pytest.mark.parametrize(("kernel", "threads"), [("Prescott", "1"), ("Haswell", "8")])
def test_kernels_of_another_processor_and_more_threads_change_nothing(demo, tmp_path, kernel, threads):
    more = {"OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    command = [
        sys.executable,
        "-P",
        "-m",
        "reports.cli",
        "estimate",
        str(STUDY),
        "--out",
        str(tmp_path / "out"),
    ]
    ran = subprocess.run(
        command, env=os.environ | more, capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "out" / "estimates.csv").read_bytes() == (demo / "estimates.csv").read_bytes()


def test_the_order_of_the_rows_changes_nothing(tmp_path):
    written = set()
    for seed in range(3):
        study, rows = write_sound(tmp_path / str(seed)), answers()
        if seed:
            random.Random(seed).shuffle(rows)
        (study.parent / "answers.csv").write_text(as_csv(rows), encoding="utf-8")
        assert main(["estimate", str(study), "--out", str(tmp_path / f"out-{seed}")]) == 0
        written.add((tmp_path / f"out-{seed}" / "estimates.csv").read_bytes())
    assert len(written) == 1


def test_what_only_the_processor_decides_is_0_and_tail_probabilities_are_kept():
    frame = pd.DataFrame(
        {"measure": ["chance_short", "gap", "share"], "estimate": [3.4e-13, -4.6e-12, 1e-12],
         "statistic": [1e-16, 2.34567, -3e-17], "p_value": [1.23456e-30, 0.0123456, 1.0]}
    )  # fmt: skip
    found = rounded(frame)
    assert found["estimate"].tolist() == [0, 0, 0]
    assert found["statistic"].tolist() == [0, 2.346, 0]
    assert found["p_value"].tolist() == [1.235e-30, 0.01235, 1]
    assert "-" not in found["estimate"].to_csv() + found["statistic"].to_csv()
