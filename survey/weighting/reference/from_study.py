"""A random sample as a study file declares it, its questions coded as those of the volunteers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey.errors import ExportError
from survey.history import UNWEIGHTED, WaveHistory
from survey.numeric.array_types import Floats
from survey.sources.reference_file import REFERENCE, ReferenceFile, read_reference_file
from survey.study.study import Study
from survey.weighting.design import checked_design
from survey.weighting.sample import WeightedSample, unweighted
from survey.weighting.tally import tally_people


def reference_of(study: Study) -> WeightedSample:
    """Return the random sample of a study over the questions it has; raises as `read_reference_file`."""
    file = read_reference_file(study)
    design = checked_design(
        _base(file),
        np.zeros(len(file.responses), dtype=np.int64) if file.strata is None else file.strata,
        list(file.clusters),
        list(file.fpc),
        lonely="adjust",
        kind="probability",
    )
    tally, _ = tally_people(file.responses, design)
    tally = replace(
        tally,
        codes={name: tally.codes[name] for name in file.asked if name in tally.codes},
        levels={name: tally.levels[name] for name in file.asked if name in tally.levels},
    )
    history = WaveHistory(
        REFERENCE, file.responses.platform, file.responses.encoding, None, UNWEIGHTED, file.responses.ticks
    )
    return unweighted(tally, design.sampling, history)


def _base(file: ReferenceFile) -> Floats | None:
    """Return the base weights, None where they follow from the population sizes."""
    if file.probability is None:
        return file.weight
    wrong = np.flatnonzero(~((file.probability > 0) & (file.probability <= 1)))
    if wrong.size:
        row = int(file.responses.paradata.rows[wrong[0]])
        raise ExportError(f"row {row}", key="sample.probability", found=float(file.probability[wrong[0]]))
    return 1 / file.probability
