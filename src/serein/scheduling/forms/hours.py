"""Opening hours, closures, special openings and chairs."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms

from serein.core.forms import DateField, KeyedForm, NameField, TimeField

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
            _check_order(self)
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

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        _check_order(self)
        return cleaned


class HolidaysForm(KeyedForm):
    """The public holidays on which the clinic stays closed."""

    names = forms.MultipleChoiceField(
        label="Closed on",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=(
            "A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday "
            "after. A closed Friday does not shift the cycle of open Fridays."
        ),
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["names"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]


class ChairForm(KeyedForm):
    """A chair."""

    name = NameField(label="Name", max_length=60)


def _check_order(form: KeyedForm) -> None:
    opens, closes = (form.cleaned_data.get(name) for name in ("start_time", "end_time"))
    if opens and closes and closes <= opens:
        form.add_error("end_time", "Choose a closing time after the opening time.")


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
