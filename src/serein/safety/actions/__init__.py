"""What people do about safety signals and side effects."""

from __future__ import annotations

from serein.safety.actions.side_effects import (
    ask_again,
    mark_side_effect_in_error,
    record_side_effect,
    resolve_side_effect,
)
from serein.safety.actions.tasks import (
    acknowledge_task,
    close_task,
    log_attempt,
    name_patient,
    open_task,
)

__all__ = [
    "acknowledge_task",
    "ask_again",
    "close_task",
    "log_attempt",
    "mark_side_effect_in_error",
    "name_patient",
    "open_task",
    "record_side_effect",
    "resolve_side_effect",
]
