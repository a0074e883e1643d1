"""Answers to what is on the worklists."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from serein.core.forms import DateField, KeyedForm, NoteField, TimeField, WholeNumberField
from serein.scheduling.rules import WEEKDAYS, moment_of

_MOVES = re.compile(r"[1-9][0-9]?:[1-9][0-9]{5,6}(,[1-9][0-9]?:[1-9][0-9]{5,6}){0,19}", re.ASCII)


class ReasonForm(KeyedForm):
    """Why something is dropped or taken back."""

    reason = NoteField(label="Why", max_length=500)


class AssignForm(KeyedForm):
    """Who finds a new time, and by when."""

    owner_id = forms.ChoiceField(label="Who")
    due_date = DateField(label="By")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = people  # type: ignore[attr-defined]


class AcceptForm(KeyedForm):
    """A proposal that is accepted: numbers of visits with their new times."""

    moves = forms.CharField(max_length=300, widget=forms.HiddenInput)

    def clean_moves(self) -> dict[int, datetime]:
        text = str(self.cleaned_data["moves"])
        if not _MOVES.fullmatch(text):
            raise ValidationError("Choose one of the proposals.", code="moves")
        pairs = (pair.split(":") for pair in text.split(","))
        return {int(number): moment_of(int(tick)) for number, tick in pairs}


class GapForm(KeyedForm):
    """A freed time that is offered."""

    starts_at = forms.RegexField(regex=r"\A[1-9][0-9]{5,6}\Z", max_length=7)

    def clean_starts_at(self) -> datetime:
        return moment_of(int(self.cleaned_data["starts_at"]))


class JoinForm(KeyedForm):
    """A place on the waiting list, for another visit or to move one forward."""

    visit_id = forms.TypedChoiceField(
        label="To move forward",
        help_text="What they have, to be had earlier; or none, and they wait for one more.",
        coerce=UUID,
        empty_value=None,
        required=False,
    )
    type_code = forms.ChoiceField(label="Kind of visit")
    first_date = DateField(label="From")
    last_date = DateField(label="Until")
    weekdays = forms.TypedMultipleChoiceField(
        label="Only on",
        choices=[(number, name) for number, name in enumerate(WEEKDAYS)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    from_time = TimeField(label="Earliest time", required=False)
    until_time = TimeField(label="Latest time", required=False)
    notice_hours = WholeNumberField(
        label="Notice needed", min_value=0, max_value=168, unit="h", required=False
    )
    priority = forms.TypedChoiceField(
        label="How soon",
        choices=[("0", "In turn"), ("1", "Soon"), ("2", "Urgent")],
        coerce=int,
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        types: list[tuple[str, str]],
        visits: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if visits:
            another = ("", "None: they wait for one more visit")
            self.fields["visit_id"].choices = [*visits, another]  # type: ignore[attr-defined]
        else:
            del self.fields["visit_id"]
        self.fields["type_code"].choices = types  # type: ignore[attr-defined]
