"""What is typed about the pump."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from serein.core.clinic_time import local_day
from serein.core.forms import (
    KeyedForm,
    NameField,
    NumberField,
    TimeField,
    WholeNumberField,
    moment_from,
)
from serein.infusions.forms.timed import MAX_RATE_ML_PER_H, TimedForm, rate_field

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class StartForm(TimedForm):
    rate_ml_per_h = rate_field("Rate on the pump")


class RateForm(TimedForm):
    rate_ml_per_h = rate_field("New rate")
    reason = NameField(label="Reason", required=False, max_length=300)


class ResumeForm(TimedForm):
    rate_ml_per_h = rate_field(
        "Rate on the pump", "The rate before the pause. Enter what the pump shows."
    )
    reason = NameField(label="Reason", required=False, max_length=300)


class PauseForm(TimedForm):
    reason = NameField(label="Reason", required=False, max_length=300)


class StopForm(TimedForm):
    """Stopping is never refused: what cannot be read is left out, and the time falls back to now."""

    reason = NameField(label="Reason", required=False, max_length=300)


class CorrectionForm(KeyedForm):
    clock = TimeField(label="Time")
    seconds = WholeNumberField(label="Seconds", min_value=0, max_value=59, unit="s", required=False)
    rate_ml_per_h = NumberField(
        label="Rate",
        min_value=Decimal("0.1"),
        max_value=MAX_RATE_ML_PER_H,
        places=1,
        unit="mL/h",
        required=False,
    )
    reason = NameField(label="Why it was wrong", max_length=300)

    def __init__(
        self, *args: Any, day_of: datetime, zone: ZoneInfo, has_rate: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.day_of, self.zone = day_of, zone
        if not has_rate:
            del self.fields["rate_ml_per_h"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        clock, seconds = cleaned.pop("clock", None), cleaned.pop("seconds", None)
        if clock is None:
            return cleaned
        try:
            moment = moment_from(local_day(self.day_of, self.zone), clock, self.zone)
        except ValidationError as error:
            self.add_error("clock", error)
            return cleaned
        cleaned["occurred_at"] = moment + timedelta(seconds=seconds or 0)
        return cleaned

    def refuse(self, refusal: Any) -> None:
        if refusal.field == "occurred_at":
            refusal.field = "clock"
        super().refuse(refusal)
