"""A field keeps every message it does not replace, and each says what to do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms

from serein.core.forms import DateField, NameField, NoteField, NumberField, TimeField


class _Form(forms.Form):
    name = NameField(label="Name", max_length=5, error_messages={"required": "Enter who it was."})
    note = NoteField(label="Note", max_length=5, error_messages={"max_length": "Say it shorter."})
    weight = NumberField(
        label="Weight", min_value=1, max_value=Decimal(300), error_messages={"comma": "unused"}
    )
    day = DateField(label="Day", error_messages={"invalid": "unused"})
    wall = TimeField(label="Time", error_messages={"invalid": "unused"})


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Enter who it was."),
        ("name", "abcdef", "Shorten name to 5 characters or fewer."),
        ("note", "", "Enter note."),
        ("note", "abcdef", "Say it shorter."),
        ("weight", "", "Enter weight."),
        ("day", "", "Enter day."),
        ("wall", "", "Enter time."),
    ],
)
def test_a_message_of_ones_own_replaces_only_its_like(field: str, typed: str, says: str) -> None:
    assert _Form({field: typed}).errors[field] == [says]
