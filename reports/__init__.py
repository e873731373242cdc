"""Paper: the briefing in Chinese and English, made from estimates and the histories they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.commands.report import write_briefing
    from reports.drawing import plot

__all__ = ["plot", "write_briefing"]


def __getattr__(name: str) -> Any:
    """Return a public name when it is first asked for: drawing and typesetting load slowly."""
    if name in __all__:
        from reports.endings import hush_font_cache

        hush_font_cache()
        if name == "plot":
            from reports.drawing import plot

            return plot
        from reports.commands.report import write_briefing

        return write_briefing
    raise AttributeError(f"module 'reports' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
