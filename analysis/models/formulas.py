"""From a formula of question names to a response and a model matrix over distinct records (patsy)."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.bases import project
from analysis.numeric.records import Records
from survey.errors import EstimateError, closest
from survey.numeric.array_types import Bools, Floats
from survey.study.toml_table import unknown
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import Tally

Among = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class ModelMatrix:
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
    info : patsy's DesignInfo
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
    info: Any
    inside: Bools
    records: Records


def model_matrix(
    sample: WeightedSample, formula: str, *, offset: str | None, among: Among | None
) -> ModelMatrix:
    """Return the response and model matrix of a formula among those who answered all of it.

    Raises
    ------
    EstimateError
        If the formula cannot be read, names what is not a question, or its columns are collinear.
    """
    for text in (formula, offset or ""):
        if not isinstance(text, str):
            raise EstimateError("model", key="call.formula", found=type(text).__name__)
    names = _questions_in(f"{formula} + {offset}" if offset else formula, sample)
    tallied, records = project(sample, [*names, *(among or {})])
    inside = np.asarray(tallied.base > 0)
    for name in names:
        inside &= tallied.levels[name].answered[tallied.codes[name]]
    for name, option in (among or {}).items():
        levels, _ = sample.tally.question(name)
        if levels.kind != "single" or option not in levels.options:
            at, codes = f'among "{name}"', levels.options
            raise unknown("call.no_option", at, option, codes, EstimateError, option=option, codes=codes)
        inside &= tallied.codes[name] == levels.options.index(option)
    if not inside.any():
        raise EstimateError(f'model "{formula}"', key="model.no_answers")
    frame = pd.DataFrame({name: _answers(tallied, name, inside) for name in names})
    response, right, offsets = _evaluated(
        formula, offset, frame, {option for name in names for option in tallied.levels[name].options}
    )
    x = np.asarray(right, dtype=np.float64)
    if not np.isfinite(x).all() or not np.isfinite(offsets).all():
        raise EstimateError(f'model "{formula}"', key="model.infinite")
    columns = tuple(right.design_info.column_names)
    collinear = [columns[j] for j in _dependent(x)]
    if collinear:
        raise EstimateError(f'model "{formula}"', key="model.collinear", columns=collinear)
    return ModelMatrix(
        response=response,
        x=x,
        offset=offsets,
        columns=columns,
        terms=dict(right.design_info.term_name_slices),
        frame=frame,
        info=right.design_info,
        inside=inside,
        records=records,
    )


def _dependent(x: Floats) -> list[int]:
    """Return the columns that are linear combinations of those before them."""
    size = np.sqrt((x**2).sum(axis=0))
    scaled = x / np.where(size > 0, size, 1.0)
    independent: list[int] = []
    for j in range(x.shape[1]):
        if np.linalg.matrix_rank(scaled[:, [*independent, j]], tol=1e-9) == len(independent) + 1:
            independent.append(j)
    return [j for j in range(x.shape[1]) if j not in independent]


def _evaluated(
    formula: str, offset: str | None, frame: pd.DataFrame, options: set[str]
) -> tuple[Floats, Any, Floats]:
    """Return the response of a formula, patsy's matrix of its right side, and the offset, shape (m,).

    The response of a condition is 1 where it holds.

    Parameters
    ----------
    options : set of str
        Those that `chose` may name in the formula.
    """
    import patsy  # type: ignore[import-untyped]  # it ships no types

    def chose(answers: pd.Series, option: str) -> Floats:
        """Return 1 where an option of a multiple-response question was chosen, else 0."""
        if option not in options:
            raise EstimateError(
                f"chose(…, {option!r})",
                key="model.no_option",
                options=sorted(options),
                nearest=closest(option, sorted(options)),
            )
        return np.array([float(option in chosen) for chosen in answers])

    environment = patsy.EvalEnvironment([{"np": np, "chose": chose}])
    try:
        # The caller refuses infinite values by name, such as the logarithm of 0.
        with np.errstate(divide="ignore", invalid="ignore"):
            left, right = patsy.dmatrices(formula, frame, environment, NA_action="raise")
            added = patsy.dmatrix(f"0 + {offset}" if offset else "1", frame, environment, NA_action="raise")
    except EstimateError:
        raise
    except Exception as error:  # patsy evaluates the formula, which may raise anything
        if isinstance(error.__cause__, EstimateError):
            raise error.__cause__ from None
        reason = str(error).split("\n")[0]
        raise EstimateError(f'model "{formula}"', key="model.wrong", reason=reason) from error
    response, names = np.asarray(left, dtype=np.float64), left.design_info.column_names
    if response.shape[1] == 2 and names[1].endswith("[True]"):
        response = response[:, 1:]
    elif response.shape[1] != 1 or names[0].endswith("]"):
        raise EstimateError(f'model "{formula}"', key="model.several_categories")
    if added.shape[1] != 1 or added.design_info.column_names[0].endswith("]"):
        raise EstimateError(f'offset "{offset}"', key="model.offset")
    offsets = np.asarray(added, dtype=np.float64)[:, 0]
    return response[:, 0], right, offsets if offset else np.zeros(len(frame))


def _questions_in(formula: str, sample: WeightedSample) -> list[str]:
    """Return the questions a formula names, directly or as Q("name"); refuses other names."""
    import patsy

    try:
        described = patsy.ModelDesc.from_formula(formula)
        factors = [f.code for t in described.lhs_termlist + described.rhs_termlist for f in t.factors]
        trees = [ast.parse(code, mode="eval") for code in factors]
    except (patsy.PatsyError, SyntaxError) as error:
        reason = str(error).split("\n")[0]
        raise EstimateError(f'model "{formula}"', key="model.cannot_read", reason=reason) from error
    if not described.lhs_termlist:
        raise EstimateError(f'model "{formula}"', key="model.no_response")
    nodes = [node for tree in trees for node in ast.walk(tree)]
    calls = {
        id(node): node.func.id
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    in_chose = {id(n) for node in nodes if calls.get(id(node)) == "chose" for n in ast.walk(node)}
    names: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Call) and calls.get(id(node)) == "Q":
            names += [str(a.value) for a in node.args if isinstance(a, ast.Constant)]
        elif isinstance(node, ast.Name) and node.id in sample.tally.codes:
            names.append(node.id)
        elif isinstance(node, ast.Name) and node.id not in _WORDS:
            raise EstimateError(
                f'model "{formula}"',
                key="model.no_question",
                name=node.id,
                questions=list(sample.tally.codes),
                nearest=closest(node.id, sample.tally.codes),
            )
    for name in names:
        sample.tally.question(name)
    for node in nodes:
        name = str(getattr(node, "id", None) or getattr(node, "value", ""))
        levels = sample.tally.levels.get(name)
        if levels is not None and levels.kind == "multiple" and id(node) not in in_chose:
            raise EstimateError(
                f'model "{formula}"', key="model.multiple", question=name, option=levels.options[0]
            )
    if not names:
        raise EstimateError(f'model "{formula}"', key="model.no_questions")
    return list(dict.fromkeys(names))


# What patsy and `_evaluated` offer a formula.
_WORDS = {"C", "I", "Q", "np", "chose", "bs", "cr", "cc", "te", "center", "standardize", "scale", "Treatment",
          "Sum", "Helmert", "Diff", "Poly"}  # fmt: skip


def _answers(tallied: Tally, name: str, inside: Bools) -> object:
    """Return a question's answers as patsy takes them: numbers, categories, or sets of options."""
    levels, codes = tallied.levels[name], tallied.codes[name][inside]
    if not levels.options:
        return levels.values[codes, 0]
    if levels.kind == "single":
        chosen = pd.Categorical.from_codes(codes.tolist(), categories=pd.Index(levels.options))
        # An option without respondents here would be a column of zeros.
        return chosen.remove_unused_categories()
    options = np.array(levels.options)
    return pd.Series([frozenset(options[levels.values[code] == 1]) for code in codes], dtype=object)
