"""The staff pages in finished words."""

from __future__ import annotations

from serein.workspace.presenters.board import board_page, day_asked
from serein.workspace.presenters.chart import chart_page
from serein.workspace.presenters.today import today_page

__all__ = ["board_page", "chart_page", "day_asked", "today_page"]
