from __future__ import annotations

from typing import Any

from django import forms

from serein.accounts.permissions import Role
from serein.core.forms import KeyedForm, NameField


class StaffForm(KeyedForm):
    """A new member of staff."""

    name = NameField(label="Name")
    email = forms.EmailField(
        label="E-mail address",
        error_messages={
            "required": "Enter an e-mail address.",
            "invalid": "Enter an e-mail address such as sam@clinic.example.",
            "max_length": "Shorten the e-mail address.",
            "null_characters_not_allowed": "Remove the characters that cannot be shown.",
        },
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, role.words.capitalize()) for role in Role],
        error_messages={
            "required": "Choose a role.",
            "invalid_choice": "Choose one of the roles in the list.",
        },
    )
    password = forms.CharField(
        label="First password",
        help_text="At least 12 characters. They change it after the first sign-in.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a first password."},
    )


class StaffChoiceForm(KeyedForm):
    """One member of staff, for a change of access or of duty."""

    staff_id = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"invalid": "Choose somebody from the list."}
    )


class SwitchForm(KeyedForm):
    """Turn a switch the other way; turning on asks for the acknowledgement."""

    is_acknowledged = forms.BooleanField(
        label="I have read this and answer for it.",
        error_messages={"required": "Tick that you have read this and answer for it."},
    )

    def __init__(self, *args: Any, is_on: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_on:
            del self.fields["is_acknowledged"]
