"""A table too large for memory, from Parquet to both briefings, beside a plain group-by of the same columns.

make bench-engines           fifty million made-up rows through DuckDB
bench_engines.py N [spark]   another number of rows, or Spark as well (pyspark and Java must be there)

The data are made up: district 10, child's age 4, urban 2, schooling 4, income 5; three concerns; times taken.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

QUESTIONS = {"district": 10, "child": 4, "urban": 2, "schooling": 4, "income": 5}
CONCERNS = ("price", "quality", "distance")
PARTS = 10
HERE = Path(__file__).resolve()
STUDY = """
[study]
id = "national"
title = { zh = "示例：全国送托意愿", en = "Made-up: nursery care in the nation" }
publisher = { zh = "示例", en = "Example" }
population = { zh = "3 岁以下孩子的家长", en = "parents of children under three" }
sample = "opt-in"
synthetic = true

[[waves]]
id = "2025"
responses = "answers"
"""


def make_rows(folder: Path, n: int) -> None:
    """Write n made-up rows as Parquet files, the same every time."""
    places = [
        f"'{name}' || (hash(range * 31 + {i}) % {size})::VARCHAR AS {name}"
        for i, (name, size) in enumerate(QUESTIONS.items())
    ]
    ticks = [
        f"(hash(range * 31 + {10 + i}) % 100 < {share} + (hash(range * 31) % 10) * 2)::INT::VARCHAR AS {name}"
        for i, (name, share) in enumerate(zip(CONCERNS, (61, 39, 16), strict=True))
    ]
    taken = "(60 + (-300 * ln((hash(range * 31 + 20) % 99999 + 1) / 1e5)))::INT AS seconds"
    folder.mkdir()
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        for part in range(PARTS):
            rows = f"range({part * n // PARTS}, {(part + 1) * n // PARTS})"
            query = f"SELECT {', '.join([*places, *ticks, taken])} FROM {rows}"
            connection.execute(f"COPY ({query}) TO '{folder}/part-{part}.parquet' (FORMAT parquet)")


def write_study(folder: Path) -> Path:
    """Write the study file and its margins, and return the study file."""
    text = STUDY
    for name, size in QUESTIONS.items():
        options = "".join(f'{name}{i} = {{ en = "{name} {i}" }}\n' for i in range(size))
        text += f'\n[questions.{name}]\nkind = "single"\ncolumn = "{name}"\ntext = "{name}?"\n'
        text += f"[questions.{name}.options]\n{options}"
        shares = [1 + (i % 3) / 10 for i in range(size)]
        lines = [f"{name}{i},{share / sum(shares):.6f}" for i, share in enumerate(shares)]
        (folder / f"{name}.csv").write_text("\n".join([f"{name},share", *lines]) + "\n", encoding="utf-8")
    ticks = "".join(f'{name} = {{ en = "{name}", column = "{name}" }}\n' for name in CONCERNS)
    text += '\n[questions.concerns]\nkind = "multiple"\ntext = "Concerns?"\n[questions.concerns.options]\n'
    text += ticks + '\n[weighting]\nmethod = "raking"\n'
    for name in QUESTIONS:
        text += f'[[weighting.margins]]\nfile = "{name}.csv"\nuse = "shares"\nsource = "made up"\n'
    text += '\n[estimates]\nshares = ["concerns"]\nby = ["district"]\n\n[briefing]\nheadline = "concerns"\n'
    text += 'lead = ["price", "quality", "distance"]\nby = "district"\n'
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study.toml"


def group_by(answers: Path, *more: str) -> None:
    """Count the rows alike in the columns of answers, and more, as plainly as DuckDB can."""
    columns = ", ".join([*QUESTIONS, *CONCERNS, *more])
    with duckdb.connect() as connection:
        connection.execute(f"SELECT {columns}, count(*) FROM '{answers}/*.parquet' GROUP BY ALL").fetchall()


def pool(study: Path) -> None:
    """Read, screen and tally the table as the product does."""
    import survey

    read = survey.read_study(study)
    kept, flow = survey.screen(survey.read_responses(read), read)
    print(f"  {flow.returned:,} rows, {flow.analysed:,} kept, {len(kept):,} kinds", flush=True)


def measured(*command: str) -> tuple[float, float]:
    """Return seconds and peak memory in GB of a process of its own."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL if "-P" not in command else None)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - begun, used.ru_maxrss / 2**20


def main() -> None:
    """Print seconds, ratios to the plain group-by and peak memory, each step a process of its own."""
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 50_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun = time.perf_counter()
        make_rows(folder / "answers", n)
        size = sum(path.stat().st_size for path in (folder / "answers").iterdir()) / 2**20
        print(
            f"{n:,} rows made in {time.perf_counter() - begun:.0f} s, {size:,.0f} MB of Parquet", flush=True
        )
        study = write_study(folder)
        here = [sys.executable, "-P", str(HERE)]
        program = str(Path(sys.executable).with_name("parent-intent"))
        steps = {
            "plain group-by": [*here, "group_by", str(folder / "answers")],
            "with the times": [*here, "group_by", str(folder / "answers"), "seconds"],
            "read, screen, tally": [*here, "pool", str(study)],
            "report, both languages": [program, "report", str(study), "--out", str(folder / "duckdb")],
        }
        if "spark" in sys.argv:
            more = ["--engine", "spark", "--out", str(folder / "spark")]
            steps["report through Spark"] = [program, "report", str(study), *more]
        plain = 0.0
        for step, command in steps.items():
            seconds, memory = measured(*command)
            plain = plain or seconds
            print(f"{step:>24} {seconds:7.1f} s {seconds / plain:6.1f} x {memory:6.2f} GB", flush=True)
        if "spark" in sys.argv:
            same = [
                (folder / "duckdb" / file).read_bytes() == (folder / "spark" / file).read_bytes()
                for file in ("estimates.csv", "briefing-zh.pdf", "briefing-en.pdf")
            ]
            print(f"estimates and briefings of both engines the same to the byte: {all(same)}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["group_by"]:
        group_by(Path(sys.argv[2]), *sys.argv[3:])
    elif sys.argv[1:2] == ["pool"]:
        pool(Path(sys.argv[2]))
    else:
        main()
