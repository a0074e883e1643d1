"""The tables of watching: what people charted, and what devices sent."""

from __future__ import annotations

from serein.monitoring.models.devices import (
    Device,
    DeviceReading,
    RawMessage,
    ReadingDecision,
    TrayItem,
)
from serein.monitoring.models.vitals import (
    Flag,
    FlagAnswer,
    MonitoringPause,
    MonitoringPeriod,
    VitalSet,
)

__all__ = [
    "Device",
    "DeviceReading",
    "Flag",
    "FlagAnswer",
    "MonitoringPause",
    "MonitoringPeriod",
    "RawMessage",
    "ReadingDecision",
    "TrayItem",
    "VitalSet",
]
