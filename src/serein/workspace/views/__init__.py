"""The pages a member of staff starts from."""

from __future__ import annotations

from serein.workspace.views.chairs import chairs, chairs_live
from serein.workspace.views.pages import board, chart, today

__all__ = ["board", "chairs", "chairs_live", "chart", "today"]
