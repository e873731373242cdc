"""Paper: the briefing in Chinese and English, made from estimates and the histories they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.commands.report import write_briefing

__all__ = ["write_briefing"]


def __getattr__(name: str) -> Any:
    """Return `write_briefing` when first asked for: drawing and typesetting load slowly."""
    if name == "write_briefing":
        from reports.endings import hush_font_cache

        hush_font_cache()
        from reports.commands.report import write_briefing

        return write_briefing
    raise AttributeError(f"module 'reports' has no attribute {name!r}")
