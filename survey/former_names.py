"""Names that stood elsewhere until version 0.2: they keep working for one release."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

NAMES = {
    "replicated": "make_replicates",
}
MODULES = {
    "survey.one_thread": "survey.numeric.one_thread",
}


class FormerModules(MetaPathFinder, Loader):
    """Finds a module under its former name: the same module, not a second copy."""

    def __init__(self, moved: Mapping[str, str]) -> None:
        self.moved = moved
        self.spec: ModuleSpec | None = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for a former name, None for any other."""
        return ModuleSpec(fullname, self) if fullname in self.moved else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module that now holds what stood under the former name."""
        module = import_module(self.moved[spec.name])
        self.spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module as it is: it has been executed under its own name."""
        module.__spec__ = self.spec


def public_names(names: Sequence[str]) -> Callable[[], list[str]]:
    """Return a package's ``__dir__``: its public names, without the modules that were imported."""
    return lambda: sorted(names)


def former_names(
    package: str,
    names: Mapping[str, str],
    modules: Mapping[str, str],
    functions: Mapping[str, Mapping[str, str]] | None = None,
) -> Callable[[str], Any]:
    """Return a package's ``__getattr__``, which finds what had another name or stood in another module.

    Parameters
    ----------
    names : mapping of str to str
        Former name of the package to the name it has now.
    modules : mapping of str to str
        Former module to the module that now holds it.
    functions : mapping of str to mapping of str to str, optional
        For a module that is loaded, former name of a function or class to the name it has now.
    """
    for module, renamed in (functions or {}).items():
        for old, new in renamed.items():
            setattr(sys.modules[module], old, getattr(sys.modules[module], new))
    for old, new in modules.items():
        if new in sys.modules:  # else `import analysis.change` would hide the function of that name
            sys.modules.setdefault(old, sys.modules[new])
    sys.meta_path.insert(0, FormerModules(modules))

    def lookup(name: str) -> Any:
        if name in names:
            return getattr(sys.modules[package], names[name])
        if f"{package}.{name}" in modules:
            return import_module(modules[f"{package}.{name}"])
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return lookup
