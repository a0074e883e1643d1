"""How a day is laid out on the board, and where a patient stands on the way."""

from __future__ import annotations

from serein.workspace.rules.grid import Cell, Grid, Lane, Stay, lay_out
from serein.workspace.rules.pathway import BASELINE, Decision, Known, Stage, Standing, standing_of

__all__ = [
    "BASELINE",
    "Cell",
    "Decision",
    "Grid",
    "Known",
    "Lane",
    "Stage",
    "Standing",
    "Stay",
    "lay_out",
    "standing_of",
]
