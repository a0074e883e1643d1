"""What people can do with the clinic's hours, things, staff and visits."""

from __future__ import annotations

from serein.scheduling.actions.booking import (
    book_held,
    book_visit,
    hold,
    let_go,
    name_patient,
)
from serein.scheduling.actions.follow import ask_for_call, assign_rebook, drop_rebook, finish_rebook
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
from serein.scheduling.actions.notices import queue_reminders
from serein.scheduling.actions.resources import (
    add_outage,
    add_prescriber,
    add_resource,
    lift_outage,
    retire_resource,
    set_calibration,
)
from serein.scheduling.actions.series import book_series, cancel_series, fit_series
from serein.scheduling.actions.settings import (
    choose_holidays,
    drop_starts,
    keep_starts,
    retire_visit_type,
    set_book_settings,
    set_visit_type,
)
from serein.scheduling.actions.staffing import (
    enter_leave,
    set_shift,
    withdraw_leave,
    withdraw_shift,
)
from serein.scheduling.actions.status import begin_phase, confirm, mark_arrived, mark_done
from serein.scheduling.actions.upkeep import keep_pages, prune_ticks
from serein.scheduling.actions.visits import (
    cancel_appointment,
    cascade_move,
    mark_no_show,
    move_appointment,
    undo_step,
)
from serein.scheduling.actions.waitlist import (
    accept_offer,
    decline_offer,
    join_waitlist,
    leave_waitlist,
    offer_gap,
)

__all__ = [
    "accept_offer",
    "add_chair",
    "add_closure",
    "add_outage",
    "add_prescriber",
    "add_resource",
    "add_special_opening",
    "ask_for_call",
    "assign_rebook",
    "begin_phase",
    "book_held",
    "book_series",
    "book_visit",
    "cancel_appointment",
    "cancel_series",
    "cascade_move",
    "choose_holidays",
    "close_weekday",
    "confirm",
    "decline_offer",
    "drop_rebook",
    "drop_starts",
    "enter_leave",
    "finish_rebook",
    "fit_series",
    "hold",
    "join_waitlist",
    "keep_pages",
    "keep_starts",
    "leave_waitlist",
    "let_go",
    "lift_closure",
    "lift_outage",
    "lift_special_opening",
    "mark_arrived",
    "mark_done",
    "mark_no_show",
    "move_appointment",
    "name_patient",
    "offer_gap",
    "prune_ticks",
    "queue_reminders",
    "retire_chair",
    "retire_resource",
    "retire_visit_type",
    "set_book_settings",
    "set_calibration",
    "set_shift",
    "set_usual_hours",
    "set_visit_type",
    "set_weekday_hours",
    "undo_step",
    "withdraw_leave",
    "withdraw_shift",
]
