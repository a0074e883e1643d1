"""What people can do with the clinic's hours, chairs and visits."""

from __future__ import annotations

from serein.scheduling.actions.hours import (
    add_chair,
    add_closure,
    add_special_opening,
    close_weekday,
    lift_closure,
    lift_special_opening,
    retire_chair,
    set_usual_hours,
    set_weekday_hours,
)
from serein.scheduling.actions.series import book_series, cancel_series, fit_series
from serein.scheduling.actions.visits import (
    cancel_appointment,
    mark_arrived,
    mark_done,
    mark_no_show,
    move_appointment,
)

__all__ = [
    "add_chair",
    "add_closure",
    "add_special_opening",
    "book_series",
    "cancel_appointment",
    "cancel_series",
    "close_weekday",
    "fit_series",
    "lift_closure",
    "lift_special_opening",
    "mark_arrived",
    "mark_done",
    "mark_no_show",
    "move_appointment",
    "retire_chair",
    "set_usual_hours",
    "set_weekday_hours",
]
