"""What is typed from the paper of a downtime."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from serein.core.forms import (
    DateField,
    KeyedForm,
    NameField,
    NumberField,
    TimeField,
    WholeNumberField,
    moment_from,
)
from serein.infusions.forms.timed import MAX_RATE_ML_PER_H
from serein.infusions.rules.paper import PAPER_WORDS, PaperKind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.accounts.queries import StaffFact

VALUES = ("sbp_mmhg", "dbp_mmhg", "hr_bpm", "spo2_percent", "rr_per_min", "moaas")


def _digits(label: str, unit: str, most: int) -> WholeNumberField:
    return WholeNumberField(label=label, min_value=0, max_value=most, unit=unit, required=False)


class PaperForm(KeyedForm):
    """One line of the paper flowsheet, at the time that stands on the paper."""

    day = DateField(label="Day on the paper")
    clock = TimeField(label="Time on the paper")
    kind = forms.ChoiceField(
        label="What the line says",
        choices=tuple((kind.value, words) for kind, words in PAPER_WORDS.items()),
        widget=forms.RadioSelect,
        initial=PaperKind.VITALS.value,
        error_messages={"required": "Choose what the line says."},
    )
    sbp_mmhg = _digits("Systolic", "mmHg", 300)
    dbp_mmhg = _digits("Diastolic", "mmHg", 300)
    hr_bpm = _digits("Heart rate", "bpm", 300)
    spo2_percent = _digits("SpO₂", "%", 100)
    rr_per_min = _digits("Breathing rate", "/min", 99)
    moaas = _digits("Sedation (MOAA/S)", "", 5)
    is_confirmed = forms.BooleanField(label="The values are as on the paper", required=False)
    rate_ml_per_h = NumberField(
        label="Rate",
        help_text="For a start, a rate change or a resume.",
        min_value=Decimal("0.1"),
        max_value=MAX_RATE_ML_PER_H,
        places=1,
        unit="mL/h",
        required=False,
    )
    note = NameField(label="Reason or note", max_length=200, required=False)
    written_by = NameField(
        label="Written by",
        max_length=80,
        error_messages={"required": "Name who wrote it on the paper."},
    )
    second_id = forms.ChoiceField(
        label="Read against the paper by", required=False, help_text="A second person, if any."
    )

    def __init__(
        self,
        *args: Any,
        today: date,
        zone: ZoneInfo,
        others: Sequence[StaffFact],
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {}).setdefault("day", today)
        super().__init__(*args, **kwargs)
        self.zone = zone
        people = [(str(person.staff_id), person.name) for person in others]
        self.fields["second_id"].choices = [("", "Nobody"), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, clock = cleaned.pop("day", None), cleaned.pop("clock", None)
        if day is not None and clock is not None:
            cleaned["occurred_at"] = self._moment(day, clock)
        cleaned["values"] = {
            name: value for name in VALUES if (value := cleaned.pop(name, None)) is not None
        } | {"is_confirmed": cleaned.pop("is_confirmed", False)}
        cleaned["second_id"] = UUID(cleaned["second_id"]) if cleaned.get("second_id") else None
        return cleaned

    def _moment(self, day: date, clock: Any) -> datetime | None:
        try:
            return moment_from(day, clock, self.zone)
        except ValidationError as error:
            self.add_error("clock", error)
            return None

    def refuse(self, refusal: Any) -> None:
        """A refused time belongs to the field in which it is typed."""
        if refusal.field == "occurred_at":
            refusal.field = "clock"
        super().refuse(refusal)
