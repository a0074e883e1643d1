"""Moving, booking and cancelling one visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from serein.core.forms import DateField, KeyedForm, NoteField, TimeField
from serein.scheduling.rules import moment_of


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


class BoardMoveForm(MoveForm):
    """Where a visit moves on the board; with a reason also against a rule."""

    chair_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    override_reason = NoteField(
        label="Why it moves there all the same", max_length=500, required=False
    )


class BookOneForm(BoardMoveForm):
    """A single visit of a patient."""

    type_code = forms.SlugField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        self.fields["override_reason"].label = "Why it is booked there all the same"


class AskForm(forms.Form):
    """A day and a time that somebody asks about. Read from the address."""

    day = DateField(label="Day", required=False)
    at_time = TimeField(label="Time", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class LateForm(forms.Form):
    """When a late patient says they come. Read from the address."""

    arrives = TimeField(label="Comes at", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
