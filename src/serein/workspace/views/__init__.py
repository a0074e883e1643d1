"""The pages a member of staff starts from."""

from __future__ import annotations

from serein.workspace.views.calls import calls
from serein.workspace.views.chairs import chairs, chairs_live, tiles_for
from serein.workspace.views.drifting import drifting
from serein.workspace.views.pages import board, chart, today

__all__ = ["board", "calls", "chairs", "chairs_live", "chart", "drifting", "tiles_for", "today"]
