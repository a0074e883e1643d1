"""Things, people on shift, and who or what is away."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms

from serein.core.forms import DateField, KeyedForm, NameField, TimeField
from serein.scheduling.rules import WEEKDAYS, Kind
from serein.scheduling.states import ShiftRole

THINGS = {
    Kind.RECOVERY: "Recovery chair",
    Kind.ROOM: "Room",
    Kind.PUMP: "Pump",
    Kind.MONITOR: "Monitor",
}
ROLES = {ShiftRole.NURSE: "Nurse", ShiftRole.PRESCRIBER: "Prescriber"}
LONGEST_RUN = timedelta(days=180)

People = list[tuple[str, str]]


class ThingForm(KeyedForm):
    """A recovery chair, a room, a pump or a monitor."""

    kind = forms.TypedChoiceField(
        label="What",
        choices=[(kind.value, words) for kind, words in THINGS.items()],
        coerce=Kind,
        widget=forms.RadioSelect,
    )
    name = NameField(label="Name", max_length=120)
    calibration_due_date = DateField(
        label="Calibration due",
        required=False,
        help_text="Pumps and monitors only. From that day on it is not offered.",
    )


class CalibrationForm(KeyedForm):
    """Until when a pump or monitor is calibrated."""

    due_date = DateField(label="Calibration due")


class OutageForm(KeyedForm):
    """A chair or a thing is out of use for some days."""

    first_date = DateField(label="From")
    last_date = DateField(label="Until, included")
    reason = NameField(label="Why", max_length=120)


class PersonForm(KeyedForm):
    """Somebody on the staff."""

    staff_id = forms.TypedChoiceField(label="Who", coerce=UUID)

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff_id"].choices = people  # type: ignore[attr-defined]


class LeaveForm(PersonForm):
    """Somebody is away."""

    first_date = DateField(label="From")
    last_date = DateField(label="Until, included")
    reason = NameField(label="Why", max_length=120, required=False)


class ShiftForm(PersonForm):
    """Somebody works on certain weekdays from one date to another."""

    role = forms.TypedChoiceField(
        label="As",
        choices=[(role.value, words) for role, words in ROLES.items()],
        coerce=ShiftRole,
        widget=forms.RadioSelect,
    )
    first_date = DateField(label="From")
    last_date = DateField(label="Until, included")
    weekdays = forms.TypedMultipleChoiceField(
        label="On",
        choices=[(number, name) for number, name in enumerate(WEEKDAYS)],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one weekday."},
    )
    start_time = TimeField(label="From")
    end_time = TimeField(label="To")
    break_from = TimeField(label="Break from", required=False)
    break_to = TimeField(label="Break to", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_date"), cleaned.get("last_date")
        if first and last and not first <= last <= first + LONGEST_RUN:
            self.add_error("last_date", "Choose a last day within half a year of the first.")
        if (cleaned.get("break_from") is None) != (cleaned.get("break_to") is None):
            self.add_error("break_to", "Enter both ends of the break, or neither.")
        return cleaned

    def days(self) -> list[date]:
        """The dates on which they work."""
        first, last = self.cleaned_data["first_date"], self.cleaned_data["last_date"]
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if day.weekday() in self.cleaned_data["weekdays"]]

    def facts(self) -> dict[str, Any]:
        """Return who, as what, on which days and at which times."""
        found = {
            name: self.cleaned_data[name] for name in ("staff_id", "role", "start_time", "end_time")
        }
        begins, ends = self.cleaned_data["break_from"], self.cleaned_data["break_to"]
        return {**found, "days": self.days(), "breaks": [(begins, ends)] if begins else []}
