"""How many modules a reader passes who follows one wave from its export to the printed page."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST = 261


def test_one_report_passes_through_few_modules(tmp_path):
    script, study = ROOT / "tests" / "support" / "passage.py", ROOT / "data" / "taiyuan" / "study.toml"
    command = [sys.executable, "-P", str(script), str(study), "--out", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    passed = [line for line in ran.stdout.splitlines() if line.startswith("passed ")]
    print(*passed, sep="\n")  # shown where there are too many
    assert 50 < len(passed) <= MOST
