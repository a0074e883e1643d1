"""What is known about hours, chairs and visits."""

from __future__ import annotations

from serein.scheduling.queries.appointments import (
    AppointmentFact,
    appointment,
    appointments_by_id,
    appointments_of,
    appointments_of_patients,
    appointments_of_series,
    appointments_on,
    book_version,
    neighbours,
    series_rules,
    standing_of_series,
    stranded,
)
from serein.scheduling.queries.hours import (
    ChairFact,
    ClosureFact,
    SpecialFact,
    chairs_of,
    closures_from,
    explain_day,
    hours_in_words,
    hours_of,
    hours_preview,
    is_open,
    specials_from,
)
from serein.scheduling.queries.search import Calendar, calendar, move_options, propose_series

__all__ = [
    "AppointmentFact",
    "Calendar",
    "ChairFact",
    "ClosureFact",
    "SpecialFact",
    "appointment",
    "appointments_by_id",
    "appointments_of",
    "appointments_of_patients",
    "appointments_of_series",
    "appointments_on",
    "book_version",
    "calendar",
    "chairs_of",
    "closures_from",
    "explain_day",
    "hours_in_words",
    "hours_of",
    "hours_preview",
    "is_open",
    "move_options",
    "neighbours",
    "propose_series",
    "series_rules",
    "specials_from",
    "standing_of_series",
    "stranded",
]
