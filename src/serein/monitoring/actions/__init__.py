"""What people do while a patient is watched. Each is atomic, audited and happens once per key."""

from __future__ import annotations

from serein.monitoring.actions.flags import acknowledge_flag
from serein.monitoring.actions.periods import (
    close_period,
    mark_paused,
    mark_resumed,
    mark_started,
    mark_stopped,
    open_period,
    raise_time_flags,
    restate_course,
)
from serein.monitoring.actions.vitals import correct_vitals, record_vitals, withdraw_vitals

__all__ = [
    "acknowledge_flag",
    "close_period",
    "correct_vitals",
    "mark_paused",
    "mark_resumed",
    "mark_started",
    "mark_stopped",
    "open_period",
    "raise_time_flags",
    "record_vitals",
    "restate_course",
    "withdraw_vitals",
]
