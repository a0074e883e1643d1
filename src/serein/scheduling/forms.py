from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms

from serein.core.forms import DateField, KeyedForm, NameField, NoteField, TimeField
from serein.scheduling.rules import moment_of

CLOSED = "closed"


class WeekdayForm(KeyedForm):
    """The hours of one weekday from a date on."""

    cycle = forms.ChoiceField(
        label="Open",
        choices=[("1", "Every week"), ("2", "Every other week"), (CLOSED, "Closed")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how often the clinic opens.",
            "invalid_choice": "Choose from the list.",
        },
    )
    start_time = TimeField(label="Opens at", required=False)
    end_time = TimeField(label="Closes at", required=False)
    anchor_date = DateField(
        label="One date on which it is open",
        required=False,
        help_text="For every other week. The weeks are counted from it, forwards and backwards.",
    )
    from_date = DateField(label="From", help_text="What held before this date stays as it was.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cycle = cleaned.get("cycle")
        if cycle in {"1", "2"}:
            self._need("start_time", "Enter when the clinic opens.")
            self._need("end_time", "Enter when the clinic closes.")
        if cycle == "2":
            self._need("anchor_date", "Choose one date on which the clinic is open.")
        return cleaned

    def is_closing(self) -> bool:
        """Say whether the weekday is to be closed."""
        return bool(self.cleaned_data["cycle"] == CLOSED)

    def hours(self) -> dict[str, Any]:
        """Return the hours without the word for the cycle."""
        found = self.facts()
        return {"interval_weeks": int(found.pop("cycle")), **found}

    def _need(self, name: str, message: str) -> None:
        if name not in self.errors and self.cleaned_data.get(name) is None:
            self.add_error(name, message)


class ClosureForm(KeyedForm):
    """A date on which the clinic stays closed."""

    day = DateField(label="Date")
    reason = NameField(label="Reason", max_length=120, help_text="People read it: “Holiday”.")


class OpeningForm(KeyedForm):
    """A date on which the clinic opens specially."""

    day = DateField(label="Date")
    start_time = TimeField(label="Opens at")
    end_time = TimeField(label="Closes at")


class ChairForm(KeyedForm):
    """A chair."""

    name = NameField(label="Name", max_length=60)


class CancelForm(KeyedForm):
    """Why a visit is cancelled."""

    reason = NoteField(label="Why it is cancelled", max_length=500)


class MoveForm(KeyedForm):
    """Where a visit moves."""

    starts_at = forms.RegexField(
        label="New time",
        regex=r"\A[1-9][0-9]{5,6}\Z",
        max_length=7,
        error_messages={
            "required": "Choose a new time.",
            "invalid": "Choose a time from the list.",
            "max_length": "Choose a time from the list.",
        },
    )
    reason = NoteField(label="Why it moves", max_length=500, required=False)

    def clean_starts_at(self) -> datetime:
        return moment_of(int(self.cleaned_data["starts_at"]))

    def chosen(self) -> str:
        """Return the start that was chosen, as it was sent."""
        return str(self["starts_at"].value() or "")


def weekday_initial(
    interval_weeks: int | None,
    start: time | None,
    end: time | None,
    anchor_date: date | None,
    today: date,
) -> dict[str, Any]:
    """Return what the form of one weekday starts from."""
    return {
        "cycle": str(interval_weeks) if interval_weeks else CLOSED,
        "start_time": start or time(8),
        "end_time": end or time(16, 30),
        "anchor_date": anchor_date,
        "from_date": today,
    }
