"""The pages of watching: periods and flags, the device feed, devices and the tray."""

from __future__ import annotations

from serein.monitoring.views.devices import (
    add_device,
    change_device,
    devices,
    retire_device,
    tray,
    tray_item,
)
from serein.monitoring.views.feed import accept, feed, reject
from serein.monitoring.views.periods import answer, chart, correct, limits, period, take_back

__all__ = [
    "accept",
    "add_device",
    "answer",
    "change_device",
    "chart",
    "correct",
    "devices",
    "feed",
    "limits",
    "period",
    "reject",
    "retire_device",
    "take_back",
    "tray",
    "tray_item",
]
