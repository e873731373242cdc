"""Whatever is wrong with an export, check ends in an answer or in lines that name place and remedy."""

import resource
import subprocess
import sys

import numpy as np
import pytest
from broken_exports import SOUND, bomb, study, variants
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.cli import main

GIGABYTE = 2**30


def checked(folder, platform, name, data, capsys):
    """Return the exit code of check and what it said, having proved that it said it rightly."""
    (folder / name).write_bytes(data)
    (folder / "study.toml").write_text(study(platform, name), encoding="utf-8")
    code = main(["check", str(folder / "study.toml")])
    said = capsys.readouterr()
    assert code in (0, 2)
    if code == 0:
        assert said.out.startswith("2024: ")
        assert not said.err
    else:
        assert not said.out
        for line in said.err.splitlines():
            assert line.startswith("parent-intent: ")
            assert name in line or "study.toml" in line or "question" in line, line
            assert "; " in line, line  # the remedy
        assert "203.0.113" not in said.err
        assert "13912345678" not in said.err
    return code, said


@pytest.mark.parametrize("platform", SOUND)
def test_every_broken_variant_is_read_or_refused_by_name(tmp_path, platform, capsys):
    codes = {}
    for i, (name, file, data) in enumerate(variants(platform)):
        folder = tmp_path / str(i)
        folder.mkdir()
        codes[name], _ = checked(folder, platform, file, data, capsys)
        assert sorted(path.name for path in folder.iterdir()) == sorted([file, "study.toml"])
    assert codes["sound"] == codes["workbook"] == codes["the same rows twice"] == 0
    assert codes["half a workbook"] == codes["empty"] == codes["two sheets"] == codes["noise"] == 2
    assert len(codes) >= 60


def test_there_are_enough_variants():
    assert sum(1 for platform in SOUND for _ in variants(platform)) >= 600


def test_a_bomb_is_refused_in_little_memory(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(bomb())
    (tmp_path / "study.toml").write_text(study("plain", "a.xlsx"), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "reports.cli", "check", str(tmp_path / "study.toml")],
        capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (GIGABYTE, GIGABYTE)),
    )  # fmt: skip
    assert ran.returncode == 2, ran.stderr
    assert "a.xlsx: would unpack to 19" in ran.stderr


BASES = {platform: next(iter(variants(platform)))[2] for platform in SOUND}


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from(sorted(BASES)), st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_bytes_changed_at_random_end_in_a_line_too(tmp_path, capsys, platform, seed, changes):
    rng = np.random.default_rng(seed)
    data = bytearray(BASES[platform])
    for _ in range(changes):
        i = int(rng.integers(len(data)))
        data[i : i + int(rng.integers(0, 3))] = rng.bytes(int(rng.integers(0, 3)))
    checked(tmp_path, platform, "a.csv", bytes(data), capsys)
