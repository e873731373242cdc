"""Packages that only few runs need, and that are installed only where somebody asks for them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from survey.errors import ExportError, SurveyError

# What installs them where there is no make.
LARGE, POSTGRESQL = "duckdb narwhals", "adbc-driver-postgresql"


def extra_package(package: str, where: str, *, error: type[SurveyError] = ExportError) -> Any:
    """Return a package of the extra `large`; raises `error`, naming what needs it and how to get it."""
    try:
        return import_module(package)
    except ImportError:
        packages = POSTGRESQL if package.startswith("adbc") else LARGE
        raise error(where, key="engine.no_extra", package=package, packages=packages) from None
