"""Shapes of what staff type: a whole questionnaire, a personal link, a reason."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from serein.assessments.rules import INSTRUMENTS, LINK_DAYS, RESPONDENT_WORDS
from serein.core.forms import DateField, KeyedForm, NoteField, TimeField, moment_from

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.assessments.rules import Instrument

BLANK = ""
NOON = time(12, 0)
LINK_DAY_CHOICES = ((1, "1 day"), (3, "3 days"), (LINK_DAYS, f"{LINK_DAYS} days"), (14, "14 days"))


class ResponseForm(KeyedForm):
    """A whole questionnaire at once: a row of answers for each question, blank unless chosen."""

    occurred_date = DateField(label="Day it was filled in")
    occurred_time = TimeField(
        label="Time", required=False, help_text="Leave out if nobody knows it."
    )
    respondent = forms.ChoiceField(
        label="How",
        choices=[(str(kind), words) for kind, words in RESPONDENT_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose who filled in the form.",
            "invalid_choice": "Choose who filled in the form.",
        },
    )

    def __init__(
        self, *args: Any, instrument: Instrument, zone: ZoneInfo, at: datetime, **kwargs: Any
    ) -> None:
        self.instrument, self.zone, self.at = instrument, zone, at
        kwargs["initial"] = {
            "occurred_date": at.astimezone(zone).date(),
            "respondent": "patient",
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        answers = [(str(a.value), a.label) for a in instrument.anchors]
        for number in instrument.numbers:
            self.fields[f"q{number}"] = forms.ChoiceField(
                label="First question" if number == 0 else f"Question {number}",
                choices=[*answers, (BLANK, "Blank")],
                required=False,
                initial=BLANK,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": "Choose one of the answers shown."},
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day, wall = cleaned.get("occurred_date"), cleaned.get("occurred_time")
        if day is not None and "occurred_time" in cleaned:
            try:
                cleaned["occurred_at"] = self._moment(day, wall)
            except ValidationError as fault:
                self.add_error("occurred_time", fault)
        if not any(cleaned.get(f"q{number}") for number in self.instrument.numbers):
            self.add_error(None, "Answer at least one question.")
        return cleaned

    def _moment(self, day: date, wall: time | None) -> datetime:
        today = self.at.astimezone(self.zone).date()
        if day > today:
            raise ValidationError("Enter a day that is not in the future.", code="future")
        if wall is None:
            # Without a time: now if it was today, else the middle of that day.
            return self.at if day == today else moment_from(day, NOON, self.zone)
        moment = moment_from(day, wall, self.zone)
        if moment > self.at:
            raise ValidationError("Enter a time that is not in the future.", code="future")
        return moment

    def facts(self) -> dict[str, Any]:
        """Return what was entered; a blank question is there, with no value."""
        typed = {n: self.cleaned_data.get(f"q{n}", BLANK) for n in self.instrument.numbers}
        return {
            "occurred_at": self.cleaned_data["occurred_at"],
            "respondent": self.cleaned_data["respondent"],
            "answers": {n: int(v) if v != BLANK else None for n, v in typed.items()},
        }


class InviteForm(KeyedForm):
    """A personal link: to which questionnaire, and for how long."""

    instrument_code = forms.ChoiceField(
        label="Questionnaire",
        choices=[(form.code, form.title) for form in INSTRUMENTS.values()],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a questionnaire.",
            "invalid_choice": "Choose one of the questionnaires.",
        },
    )
    days = forms.TypedChoiceField(
        label="The link works for",
        choices=LINK_DAY_CHOICES,
        coerce=int,
        initial=LINK_DAYS,
        error_messages={"invalid_choice": "Choose how long the link works."},
    )

    def facts_at(self, at: datetime) -> dict[str, Any]:
        """Return what was entered, with the end of the link counted from a moment."""
        return {
            "instrument_code": self.cleaned_data["instrument_code"],
            "expires_at": at + timedelta(days=self.cleaned_data["days"]),
        }


class InErrorForm(KeyedForm):
    """Why a questionnaire no longer counts."""

    reason = NoteField(
        label="Why is it wrong?",
        max_length=500,
        help_text="For example: filled in by another person.",
    )


class ActForm(KeyedForm):
    """A single button: nothing is typed, the key alone makes it happen once."""
