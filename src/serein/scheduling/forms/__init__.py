"""What people enter about hours, visits, things and people."""

from __future__ import annotations

from serein.scheduling.forms.hours import (
    ChairForm,
    ClosureForm,
    HolidaysForm,
    OpeningForm,
    WeekdayForm,
    weekday_initial,
)
from serein.scheduling.forms.visits import (
    AskForm,
    BoardMoveForm,
    BookOneForm,
    CancelForm,
    LateForm,
    MoveForm,
)

__all__ = [
    "AskForm",
    "BoardMoveForm",
    "BookOneForm",
    "CancelForm",
    "ChairForm",
    "ClosureForm",
    "HolidaysForm",
    "LateForm",
    "MoveForm",
    "OpeningForm",
    "WeekdayForm",
    "weekday_initial",
]
