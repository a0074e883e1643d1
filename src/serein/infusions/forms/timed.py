"""What happens at a moment: now, a few minutes ago, or at a time of the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from serein.core.clinic_time import local_day
from serein.core.forms import KeyedForm, NumberField, TimeField, moment_from

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


MAX_RATE_ML_PER_H = Decimal(999)
NUDGES = {"0": 0, "1": 1, "5": 5}


class TimedForm(KeyedForm):
    """Something with a time: now, one or five minutes ago, or a time of today's clock."""

    is_charted = True

    when = forms.ChoiceField(
        label="When",
        required=False,
        initial="0",
        widget=forms.RadioSelect,
        choices=(("0", "Now"), ("1", "1 min ago"), ("5", "5 min ago"), ("at", "At")),
    )
    clock = TimeField(label="Time", required=False)

    def __init__(self, *args: Any, at: datetime, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at, self.zone = at, zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        when, clock = cleaned.pop("when", "0") or "0", cleaned.pop("clock", None)
        cleaned["occurred_at"] = self._moment(when, clock)
        return cleaned

    def _moment(self, when: str, clock: Any) -> datetime | None:
        if "clock" in self.errors:
            return None
        if when != "at" and clock is None:
            return self.at - timedelta(minutes=NUDGES.get(when, 0))
        if clock is None:
            self.add_error("clock", "Enter the time, or choose Now.")
            return None
        try:
            return moment_from(local_day(self.at, self.zone), clock, self.zone)
        except ValidationError as error:
            self.add_error("clock", error)
            return None

    def refuse(self, refusal: Any) -> None:
        """A refused time belongs to the field in which it is typed."""
        if refusal.field in {"occurred_at", "onset_at"}:
            refusal.field = "clock"
        super().refuse(refusal)


def read_widget() -> forms.TextInput:
    """A number read from a device and typed on our own keypad."""
    return forms.TextInput(
        attrs={
            "inputmode": "decimal",
            "autocomplete": "off",
            "class": "keypad",
            "data-keypad": "next",
        }
    )


def rate_field(label: str = "Rate", help_text: str = "") -> NumberField:
    """A rate in mL/h, as the pump shows it."""
    return NumberField(
        label=label,
        help_text=help_text,
        min_value=Decimal("0.1"),
        max_value=MAX_RATE_ML_PER_H,
        places=1,
        unit="mL/h",
        widget=read_widget(),
    )
