"""What scripts imported before version 0.2 is still found, and is the very thing of today."""

import subprocess
import sys

import pytest

import analysis
import survey
from analysis.former_names import FUNCTIONS
from analysis.former_names import MODULES as ANALYSIS_MODULES
from analysis.former_names import NAMES as ANALYSIS_NAMES
from survey.former_names import MODULES as SURVEY_MODULES
from survey.former_names import NAMES as SURVEY_NAMES


@pytest.mark.parametrize(("package", "names"), [(survey, SURVEY_NAMES), (analysis, ANALYSIS_NAMES)])
def test_a_former_name_is_the_name_of_today(package, names):
    for old, new in names.items():
        assert new in package.__all__, new
        assert old not in package.__all__, old
        assert getattr(package, old) is getattr(package, new)


@pytest.mark.parametrize(("package", "modules"), [("survey", SURVEY_MODULES), ("analysis", ANALYSIS_MODULES)])
def test_a_former_module_is_imported_first_in_a_fresh_process(package, modules):
    lines = [
        f"import {old}\nassert sys.modules[{old!r}] is sys.modules[{new!r}]" for old, new in modules.items()
    ]
    code = "\n".join(["import sys", f"import {package}", *lines])
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_function_renamed_in_a_module_that_documents_named_is_found():
    for module, renamed in FUNCTIONS.items():
        for old, new in renamed.items():
            assert getattr(sys.modules[module], old) is getattr(sys.modules[module], new)
    from analysis.honesty.sensitivity import moved_by

    assert moved_by is analysis.self_selection_bias


def test_the_rules_of_publication_are_found_where_they_were():
    from analysis.precision import CountRules, NumberRules, ShareRules

    assert (CountRules, NumberRules, ShareRules) == (
        analysis.CountRules,
        analysis.NumberRules,
        analysis.ShareRules,
    )
