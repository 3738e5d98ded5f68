"""The county table: read, matched to a method's inputs, and checked in one pass."""

from transfer_calc.panel.panel import Panel, read_panel

__all__ = ["Panel", "read_panel"]
