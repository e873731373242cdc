"""From a formula of question names to a response and a design matrix over distinct records (patsy)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.bases import project
from analysis.numeric.records import Records
from survey.errors import EstimateError, listing, nearest
from survey.numeric.array_types import Bools, Floats
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import Tally

Among = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """What a regression is fitted to; rows are the distinct records with answers to everything in it.

    Attributes
    ----------
    response : float array, shape (m,)
    x : float array, shape (m, p)
    offset : float array, shape (m,)
    columns : tuple of str
        Names of x's columns.
    terms : mapping of str to slice
        Which columns each term of the formula has.
    frame : DataFrame
        The answers, one row a record.
    matrix : patsy's DesignInfo
        Builds x for other answers.
    inside : bool array, shape (r,)
        Which records of the sample these rows are.
    records : Records
        All records of the sample.
    """

    response: Floats
    x: Floats
    offset: Floats
    columns: tuple[str, ...]
    terms: Mapping[str, slice]
    frame: pd.DataFrame
    matrix: Any
    inside: Bools
    records: Records


def build(sample: WeightedSample, formula: str, *, offset: str | None, among: Among | None) -> Design:
    """Return the response and design matrix of a formula among those who answered all of it.

    Raises
    ------
    EstimateError
        If the formula cannot be read, names what is no question, or its columns repeat each other.
    """
    import patsy  # type: ignore[import-untyped]  # it ships no types

    for text in (formula, offset or ""):
        if not isinstance(text, str):
            raise EstimateError(
                "model", f"was given a {type(text).__name__}", 'give a text such as "y ~ a + b"'
            )
    names = _questions_in(f"{formula} + {offset}" if offset else formula, sample)
    tallied, records = project(sample, [*names, *(among or {})])
    inside = _answered(tallied, names) & _members(sample, tallied, among or {})
    if not inside.any():
        raise EstimateError(f'model "{formula}"', "nobody answered all of it", "leave a question out")
    frame = pd.DataFrame({name: _column(tallied, name, inside) for name in names})
    known = {o for name in names for o in tallied.levels[name].options}
    environment = patsy.EvalEnvironment([{"np": np, "chose": _chooser(known)}])
    try:
        # A logarithm of 0 is named below, as are all infinite values.
        with np.errstate(divide="ignore", invalid="ignore"):
            left, right = patsy.dmatrices(formula, frame, environment, NA_action="raise")
            moved = np.zeros(len(frame))
            if offset:
                made = patsy.dmatrix(f"0 + {offset}", frame, environment, NA_action="raise")
                moved = np.asarray(made, dtype=np.float64)[:, 0]
                if made.shape[1] != 1 or made.design_info.column_names[0].endswith("]"):
                    raise EstimateError(
                        f'offset "{offset}"', "is not a number", "give one, such as np.log(fee)"
                    )
    except EstimateError:
        raise
    except Exception as error:  # patsy runs what the formula says, so anything may come
        if isinstance(error.__cause__, EstimateError):
            raise error.__cause__ from None
        raise EstimateError(f'model "{formula}"', str(error).split("\n")[0], "mend the formula") from error
    x = np.asarray(right, dtype=np.float64)
    if not np.isfinite(x).all() or not np.isfinite(moved).all():
        raise EstimateError(f'model "{formula}"', "has an infinite value among its terms", "mend the formula")
    columns = tuple(right.design_info.column_names)
    _refuse_repeats(formula, x, columns)
    return Design(
        response=_response(formula, left),
        x=x,
        offset=moved,
        columns=columns,
        terms=dict(right.design_info.term_name_slices),
        frame=frame,
        matrix=right.design_info,
        inside=inside,
        records=records,
    )


def _chooser(known: set[str]) -> Callable[[pd.Series, str], Floats]:
    """Return `chose` of a formula: 1 where an option of a tick-all-that-apply question was chosen."""

    def chose(answers: pd.Series, option: str) -> Floats:
        if option not in known:
            problem = f"is not an option ({listing(sorted(known))})"
            raise EstimateError(f"chose(…, {option!r})", problem, nearest(str(option), sorted(known)))
        return np.array([float(option in chosen) for chosen in answers])

    return chose


def _questions_in(formula: str, sample: WeightedSample) -> list[str]:
    """Return the questions a formula names, by themselves or as Q("name"); refuses other names."""
    import patsy

    try:
        described = patsy.ModelDesc.from_formula(formula)
        factors = [f.code for t in described.lhs_termlist + described.rhs_termlist for f in t.factors]
        trees = [ast.parse(code, mode="eval") for code in factors]
    except (patsy.PatsyError, SyntaxError) as error:
        reason = str(error).split("\n")[0]
        raise EstimateError(f'model "{formula}"', f"cannot be read: {reason}", 'write "y ~ a + b"') from error
    if not described.lhs_termlist:
        raise EstimateError(f'model "{formula}"', "has no response", 'write "y ~ a + b"')
    found: list[str] = []
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Q":
            found += [str(a.value) for a in node.args if isinstance(a, ast.Constant)]
        elif isinstance(node, ast.Name) and node.id in sample.tally.codes:
            found.append(node.id)
        elif isinstance(node, ast.Name) and node.id not in _WORDS:
            raise EstimateError(
                f'model "{formula}"',
                f"names {node.id}, which is not in the sample ({listing(sample.tally.codes)})",
                nearest(node.id, sample.tally.codes),
            )
    for name in found:
        sample.tally.question(name)
    _refuse_bare_ticks(formula, trees, sample)
    if not found:
        raise EstimateError(f'model "{formula}"', "names no question", 'write "y ~ a + b"')
    return list(dict.fromkeys(found))


def _refuse_bare_ticks(formula: str, trees: list[ast.Expression], sample: WeightedSample) -> None:
    """Refuse a tick-all-that-apply question that is not inside chose()."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    calls = [n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    asked = {id(n) for call in calls if getattr(call.func, "id", "") == "chose" for n in ast.walk(call)}
    for node in nodes:
        name = str(getattr(node, "id", None) or getattr(node, "value", ""))
        levels = sample.tally.levels.get(name)
        if levels is not None and levels.kind == "multiple" and id(node) not in asked:
            remedy = f"say which, as in chose({name}, '{levels.options[0]}')"
            raise EstimateError(f'model "{formula}"', f'has "{name}", which takes several answers', remedy)


# What patsy and `build` themselves give a formula.
_WORDS = {"C", "I", "Q", "np", "chose", "bs", "cr", "cc", "te", "center", "standardize", "scale", "Treatment",
          "Sum", "Helmert", "Diff", "Poly"}  # fmt: skip


def _answered(tallied: Tally, names: list[str]) -> Bools:
    answered = np.ones(len(tallied), dtype=bool)
    for name in names:
        answered &= tallied.levels[name].answered[tallied.codes[name]]
    return answered


def _members(sample: WeightedSample, tallied: Tally, among: Among) -> Bools:
    member = np.ones(len(tallied), dtype=bool)
    for name, option in among.items():
        levels, _ = sample.tally.question(name)
        if levels.kind != "single" or option not in levels.options:
            problem = f'has no option "{option}" ({listing(levels.options)})'
            raise EstimateError(f'among "{name}"', problem, nearest(option, levels.options))
        member &= tallied.codes[name] == levels.options.index(option)
    return member


def _column(tallied: Tally, name: str, inside: Bools) -> object:
    levels, codes = tallied.levels[name], tallied.codes[name][inside]
    if not levels.options:
        return levels.values[codes, 0]
    if levels.kind == "single":
        chosen = pd.Categorical.from_codes(codes.tolist(), categories=pd.Index(levels.options))
        # An option that nobody here chose would be a column of zeros.
        return chosen.remove_unused_categories()
    options = np.array(levels.options)
    return pd.Series([frozenset(options[levels.values[code] == 1]) for code in codes], dtype=object)


def _response(formula: str, left: Any) -> Floats:
    """Return the response; that of a condition is 1 where it holds."""
    values = np.asarray(left, dtype=np.float64)
    names = left.design_info.column_names
    if values.shape[1] == 2 and names[1].endswith("[True]"):
        return values[:, 1]
    if values.shape[1] != 1 or names[0].endswith("]"):
        remedy = "say which answer counts as 1, as in \"price == 'yes' ~ a\""
        raise EstimateError(f'model "{formula}"', "has a response of several categories", remedy)
    return values[:, 0]


def _refuse_repeats(formula: str, x: Floats, columns: tuple[str, ...]) -> None:
    size = np.sqrt((x**2).sum(axis=0))
    scaled = x / np.where(size > 0, size, 1.0)
    kept: list[int] = []
    for j in range(x.shape[1]):
        if np.linalg.matrix_rank(scaled[:, [*kept, j]], tol=1e-9) == len(kept) + 1:
            kept.append(j)
    repeated = [columns[j] for j in range(x.shape[1]) if j not in kept]
    if repeated:
        problem = f"{listing(repeated)} says nothing that the other columns do not"
        raise EstimateError(f'model "{formula}"', problem, "leave it out")
