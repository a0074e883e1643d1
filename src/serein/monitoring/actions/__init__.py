"""What people do while a patient is watched. Each is atomic, audited and happens once per key."""

from __future__ import annotations

from serein.monitoring.actions.devices import (
    add_device,
    assign_item,
    change_device,
    dismiss_item,
    retire_device,
)
from serein.monitoring.actions.feed import file_messages
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
from serein.monitoring.actions.proposed import accept_proposed, reject_proposed
from serein.monitoring.actions.vitals import correct_vitals, record_vitals, withdraw_vitals

__all__ = [
    "accept_proposed",
    "acknowledge_flag",
    "add_device",
    "assign_item",
    "change_device",
    "close_period",
    "correct_vitals",
    "dismiss_item",
    "file_messages",
    "mark_paused",
    "mark_resumed",
    "mark_started",
    "mark_stopped",
    "open_period",
    "raise_time_flags",
    "record_vitals",
    "reject_proposed",
    "restate_course",
    "retire_device",
    "withdraw_vitals",
]
