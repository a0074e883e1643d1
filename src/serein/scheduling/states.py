"""What may happen to one appointment."""

from __future__ import annotations

from enum import StrEnum

from serein.core.states import StateTable


class AppointmentState(StrEnum):
    BOOKED = "booked"
    ARRIVED = "arrived"
    DONE = "done"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    MOVED = "moved"


class AppointmentMove(StrEnum):
    ARRIVE = "arrive"
    FINISH = "finish"
    CANCEL = "cancel"
    MISS = "miss"
    RESCHEDULE = "reschedule"


APPOINTMENT = StateTable(
    "Appointment",
    AppointmentState.BOOKED,
    {
        (AppointmentState.BOOKED, AppointmentMove.ARRIVE): AppointmentState.ARRIVED,
        (AppointmentState.BOOKED, AppointmentMove.RESCHEDULE): AppointmentState.MOVED,
        (AppointmentState.BOOKED, AppointmentMove.CANCEL): AppointmentState.CANCELLED,
        (AppointmentState.BOOKED, AppointmentMove.MISS): AppointmentState.NO_SHOW,
        (AppointmentState.ARRIVED, AppointmentMove.FINISH): AppointmentState.DONE,
        (AppointmentState.ARRIVED, AppointmentMove.CANCEL): AppointmentState.CANCELLED,
    },
)

STANDING = (AppointmentState.BOOKED, AppointmentState.ARRIVED, AppointmentState.DONE)
"""States in which the appointment occupies its chair and its patient."""
