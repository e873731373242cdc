"""How cost grows with width: seconds and peak memory for many questions, districts and waves.

make bench    runs it last; one run each, made-up answers of single-answer questions with six options
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from bench_commands import PROGRAM, measured

OPTIONS = [f"o{i}" for i in range(6)]
# Command, questions, districts, waves, responses a wave.
STUDIES = (
    ("estimate", 12, 40, 1, 6_000),
    ("estimate", 12, 40, 2, 6_000),
    ("check", 75, 0, 1, 300),
    ("check", 150, 0, 1, 300),
    ("check", 300, 0, 1, 300),
)


def table(name: str, options: list[str]) -> str:
    """A single-answer question of a study file."""
    listed = "".join(f'{code} = {{ en = "{code.upper()}" }}\n' for code in options)
    return (
        f'[questions.{name}]\nkind = "single"\ncolumn = "{name}"\ntext = {{ en = "{name}" }}\n'
        f"[questions.{name}.options]\n{listed}"
    )


def write_study(folder: Path, questions: int, districts: int, waves: int, people: int) -> Path:
    """Write a study of made-up answers, the same for the same shape, and return its file."""
    random = np.random.default_rng([questions, districts, waves])
    groups = [f"d{i}" for i in range(districts)]
    text = (
        '[study]\nid = "wide"\ntitle = { en = "Wide" }\npublisher = { en = "P" }\n'
        'population = { en = "people" }\nsample = "opt-in"\nlanguages = ["en"]\nsynthetic = true\n'
    )
    for year in range(2020, 2020 + waves):
        frame = pd.DataFrame({f"q{i}": random.choice(OPTIONS, people) for i in range(questions)})
        if groups:
            frame.insert(0, "district", np.resize(groups, people))
        frame.to_csv(folder / f"{year}.csv", index=False)
        text += f'[[waves]]\nid = "{year}"\nresponses = "{year}.csv"\nexport = "plain"\n'
    text += table("district", groups) if groups else ""
    text += "".join(table(f"q{i}", OPTIONS) for i in range(questions))
    text += '[weighting]\nmethod = "none"\n[estimates]\nsensitivity = []\n'
    text += 'by = ["district"]\n' if groups else ""
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study.toml"


if __name__ == "__main__":
    print("\n| command | questions | districts | waves | seconds | peak memory |")
    print("| --- | --- | --- | --- | --- | --- |")
    for command, *shape in STUDIES:
        with tempfile.TemporaryDirectory() as folder:
            study = write_study(Path(folder), *shape)
            out = ["--out", str(Path(folder) / "out")] if command == "estimate" else []
            seconds, memory = measured([PROGRAM, command, str(study), *out])
        questions, districts, waves, _ = shape
        row = f"| `{command}` | {questions} | {districts or '–'} | {waves} |"
        print(f"{row} {seconds:.1f} | {memory:.0f} MB |", flush=True)
