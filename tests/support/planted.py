"""Made-up files with a batch of near copies planted in them, and files without one.

make honesty      prints the table of docs/screening.md with the share of a batch that is found, and its own
"""

import tempfile
from pathlib import Path

import numpy as np
from tiny_study import tiny_study

import survey

LETTERS = "abcdefgh"
# Bits in the answers, from and below; files of each number of questions in the table.
BITS = ((12, 20), (20, 25), (25, 28), (28, 40))
TRIALS, FEWEST, MOST = 5, 7, 21


def answers_of(rows):
    """Return answers written as a digit a question, as an array."""
    return np.array([[int(digit) for digit in row] for row in rows])


def planted_study(
    folder, *, questions, batch, n=600, days=14, times="timed", gaps=0.0, spread=1, copies="model",
    model=None, sort_by=None, short=0, seed=20261130, tables="",
):  # fmt: skip
    """Return a study of n people who answer by themselves and one batch, and which rows are planted.

    The batch is sent over `spread` hours on the sixth day from 19:00 (0: one every ten seconds): copies of a
    model row with one to three answers drawn anew, or exact copies of other people's rows.
    """
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.full(4, 2.0), questions)
    answers = np.stack([rng.choice(4, n, p=p) for p in chances], axis=1)
    seconds = np.sort(rng.integers(0, int(days * 86_400), n))
    made = np.repeat([answers[0] if model is None else model], batch, axis=0).reshape(batch, questions)
    for row in made:
        redrawn = rng.permutation(questions)[: rng.integers(1, 4)]
        row[redrawn] = rng.integers(0, 4, len(redrawn))
    if copies == "others":
        made = answers[rng.choice(n // 4, batch, replace=False)]
    start = min(5 * 86_400 + 19 * 3600, int(days * 43_200))
    later = np.sort(rng.integers(0, spread * 3600, batch)) if spread else 10 * np.arange(batch)
    answers, seconds = np.concatenate([answers, made]), np.concatenate([seconds, start + later])
    planted = np.arange(n + batch) >= n
    order = np.argsort(seconds, kind="stable")
    if sort_by is not None:
        order = np.argsort(answers[:, int(sort_by[1:])], kind="stable")
    answers, seconds, planted = answers[order], seconds[order], planted[order]
    cells = np.array(list(LETTERS))[answers].astype(object)
    cells[rng.random(cells.shape) < gaps] = ""
    cells[:short, : questions - 4] = ""
    sent = (np.datetime64("2024-05-07T00:00:00") + seconds).astype("datetime64[s]")
    if times.startswith("by_day"):
        sent = sent.astype("datetime64[D]") + np.timedelta64(8 * 3600, "s")
        sent = rng.permutation(sent) if times == "by_day_mixed" else sent
    elif times == "one":
        sent = np.full(len(sent), np.datetime64("1980-01-01T08:00:00"))
    names = [f"q{i}" for i in range(questions)]
    lines = [",".join(([] if times == "untimed" else ["submitted"]) + names)]
    for time, row in zip(sent, cells, strict=True):
        stamp = [] if times == "untimed" else [str(time.astype("datetime64[s]")).replace("T", " ")]
        lines.append(",".join([*stamp, *row]))
    asked = "".join(
        f'[questions.{name}]\nkind = "single"\ncolumn = "{name}"\ntext = "{name}"\n'
        + "".join(f'options.{letter} = {{ en = "{letter}" }}\n' for letter in LETTERS[:4])
        for name in names
    )
    return tiny_study(folder, asked + tables, "\n".join(lines) + "\n"), planted


def waves_of_the_like_minded(rng, questions, n=800):
    """Return answers and minutes of a file without a batch: three opinions, more frequent on their own days.

    An opinion makes each of its answers likelier; people of one opinion come in waves of half a day, as when
    a circle of parents passes a link on.
    """
    opinions = rng.dirichlet(np.full(4, 1.0), (3, questions))
    everyone = rng.dirichlet(np.full(4, 3.0), questions)
    opinion = rng.integers(0, 3, n)
    chances = 0.5 * opinions[opinion] + 0.5 * everyone
    answers = (rng.random((n, questions, 1)) > chances.cumsum(axis=2)).sum(axis=2).clip(0, 3)
    days = rng.integers(0, 14, n)
    waves = rng.random(n) < 0.3
    days[waves] = 3 * opinion[waves] + 2
    minutes = days * 1440 + rng.integers(480, 1380, n)
    order = np.argsort(minutes, kind="stable")
    return answers[order], minutes[order]


def found_shares():
    """Yield the lines of a table: the share of a batch of 20 that is found, by the bits in the answers."""
    yield f"| bits in the answers | {' | '.join(f'{low}–{high}' for low, high in BITS)} |"
    yield f"| --- |{' --- |' * len(BITS)}"
    for name, times in (("near copies found, by time", "timed"), ("in the order of the file", "untimed")):
        found = {bits: [] for bits in BITS}
        for questions in range(FEWEST, MOST + 1):
            for seed in range(TRIALS):
                with tempfile.TemporaryDirectory() as folder:
                    study, planted = planted_study(
                        Path(folder), questions=questions, batch=20, times=times, seed=seed
                    )
                    told = survey.near_copies(survey.read_responses(study))
                for low, high in found:
                    if low <= told.bits < high:
                        found[low, high].append(told.marked[planted].mean())
        yield f"| {name} | {' | '.join(f'{np.mean(shares):.0%}' for shares in found.values())} |"


if __name__ == "__main__":
    print(*found_shares(), sep="\n")
