"""What pages say about vitals and flags. The chairside page composes these."""

from __future__ import annotations

from serein.monitoring.presenters.due import DueLine, DuePanel, due_panel
from serein.monitoring.presenters.feed import FeedCard, feed_card, hollow_sets
from serein.monitoring.presenters.flags import FlagLine, FlagList, flag_list
from serein.monitoring.presenters.flowsheet import flowsheet, summary
from serein.monitoring.presenters.limits import LimitRow, limits_page
from serein.monitoring.presenters.sheet import Flowsheet, InfusionBar, NumberedEvent
from serein.monitoring.presenters.table import FlowsheetTable, TableRow, flowsheet_table

__all__ = [
    "DueLine",
    "DuePanel",
    "FeedCard",
    "FlagLine",
    "FlagList",
    "Flowsheet",
    "FlowsheetTable",
    "InfusionBar",
    "LimitRow",
    "NumberedEvent",
    "TableRow",
    "due_panel",
    "feed_card",
    "flag_list",
    "flowsheet",
    "flowsheet_table",
    "hollow_sets",
    "limits_page",
    "summary",
]
