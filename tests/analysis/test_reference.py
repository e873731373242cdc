"""Every reference case: our public API, asked the same, answers the same, or says why not.

``pytest tests/analysis/test_reference.py --reference DIR`` runs any folder of this form; without it
tests/reference. A line a file says how many cases are equal, refused as they should be, and not offered.
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import reference_calls as reader
from reference_designs import LONELY, Answer, NotOffered, Refused

from survey.errors import SurveyError

OWN = Path(__file__).parents[1] / "reference"
FILES = ("01_means_totals_quantiles", "02_proportion_intervals", "03_domains_groups", "04_tests_models",
         "05_weighting", "06_replicates", "07_lonely_psu", "08_multiple_response")  # fmt: skip
# What is not offered, and why; anything else that is not offered fails.
REASONS = {
    "quantile intervals by inverting a score test": 10,
    "quantile rule shahvaish: R's own reading of it for weights": 10,
    "R counts people who did not answer in the n of this interval": 1,
    "R takes a degree of freedom for a second group from the mean of one": 10,
    "likelihood interval that refits in every replicate": 3,
    "svychisq(statistic = lincom)": 1,
    "svychisq(statistic = saddlepoint)": 1,
}


def numbers(values):
    """Return the numbers of a result field, flat; NaN for null and for the texts that stand for none."""
    flat = np.ravel(np.array(values, dtype=object))
    while any(isinstance(v, list) for v in flat):
        flat = np.ravel(
            np.array([x for v in flat for x in (v if isinstance(v, list) else [v])], dtype=object)
        )
    return np.array([np.nan if v is None else float(v) for v in flat])


def fields_of(result):
    if "by_variable" in result:
        return {"values": [one["values"] for one in result["by_variable"].values()]}
    return result.get("columns", result)


def difference(answer, result):
    """Return "" if every field that both have agrees to the tolerance, else which and how far."""
    fields, compared = fields_of(result), 0
    sizes = np.abs(numbers(fields["estimate"])) if fields.get("estimate") is not None else np.ones(1)
    size = np.nanmax(sizes) if np.isfinite(sizes).any() else 1.0
    for name, found in answer.values.items():
        if fields.get(name) is None:
            continue
        found, expected = numbers(found), numbers(fields[name])
        if found.shape != expected.shape:
            return f"{name}: {found.size} numbers for {expected.size}"
        largest = np.nanmax(np.abs(expected), initial=0.0)
        # R leaves rounding noise where an error is 0 by design, and what its ten sweeps over margins have not
        # yet taken out; a design effect is then noise over noise.
        noise = (np.abs(expected) < 2e-4 * size) & (found == 0) if name in ("se", "vcov") else False
        void = (
            ~np.isfinite(expected) | ~np.isfinite(found) | (np.abs(expected) < 1e-6)
            if name == "deff"
            else False
        )
        near = np.abs(found - expected) <= answer.tolerance * np.abs(expected) + 1e-12 * largest
        if not (near | noise | void).all():
            worst = int(np.argmax(~(near | noise | void)))
            return f"{name}: {found[worst]!r} for {expected[worst]!r}"
        compared += 1
    return "" if compared else "nothing was compared"


def judged(case, folder, file):
    """Return "equal", "refused", "not offered: why" or "differs: how"."""
    lonely = LONELY[case["id"].split("/")[1]] if file.startswith("07") else "adjust"
    impossible = case["result"].get("type") == "error"
    try:
        found = reader.answer(case, str(folder), lonely)
    except NotOffered as reason:
        return f"not offered: {reason}"
    except Refused:
        return "refused"
    except SurveyError as error:
        return "refused" if impossible else f"differs: refused with {error}"
    if impossible:
        return "differs: R refuses"
    apart = difference(found, case["result"])
    return f"differs: {apart}" if apart else "equal"


@pytest.mark.parametrize("file", FILES)
def test_the_cases_of_a_file(file, request, record_counts):
    folder = Path(request.config.getoption("--reference") or OWN)
    path = folder / f"{file}.json"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    verdicts = {case["id"]: judged(case, folder, file) for case in cases}
    counts = Counter(v.split(":")[0] for v in verdicts.values())
    record_counts(
        f"{file}: {counts['equal']} equal, "
        + "".join(f"{n} {verdict}, " for verdict, n in sorted(counts.items()) if verdict != "equal")
        + f"of {len(cases)}"
    )
    assert {name: v for name, v in verdicts.items() if v.startswith("differs")} == {}
    why = Counter(v.removeprefix("not offered: ") for v in verdicts.values() if v.startswith("not offered"))
    assert {reason: n for reason, n in why.items() if n > REASONS.get(reason, 0)} == {}
    assert counts["equal"] > 0.8 * len(cases)


def test_a_wrong_answer_would_be_seen():
    answer = Answer({"estimate": [1.0, 2.0], "se": [0.1, 0.2]})
    assert difference(answer, {"estimate": [1.0, 2.0], "se": [0.1, 0.2]}) == ""
    assert "estimate" in difference(answer, {"estimate": [1.0, 2.00000001], "se": [0.1, 0.2]})
    assert "se" in difference(answer, {"estimate": [1.0, 2.0], "se": [0.1, 0.0]})
    assert "nothing" in difference(answer, {"values": [1.0]})
