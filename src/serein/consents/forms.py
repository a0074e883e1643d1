from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms

from serein.consents.rules import Method
from serein.core.forms import (
    DateField,
    KeyedForm,
    NameField,
    NoteField,
    TextField,
    TimeField,
    WholeNumberField,
    moment_from,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.accounts.queries import StaffFact

METHODS = [(Method.IN_PERSON, "Here, on this screen"), (Method.ON_PAPER, "On paper")]


class SignForm(KeyedForm):
    """The signature: the patient's name, how, and who explained the document."""

    document_id = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "Reload the page: the document is missing.",
            "invalid": "Reload the page: the document is missing.",
        },
    )
    method = forms.ChoiceField(
        label="How it is signed",
        choices=METHODS,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how it is signed.",
            "invalid_choice": "Choose one of the two ways.",
        },
    )
    signed_date = DateField(label="Day on the paper", help_text="Only for paper.", required=False)
    signed_time = TimeField(label="Time on the paper", help_text="Only for paper.", required=False)
    explained_by = forms.ChoiceField(
        label="Who explained it",
        error_messages={
            "required": "Choose who explained it.",
            "invalid_choice": "Choose somebody from the list.",
        },
    )
    was_read_aloud = forms.BooleanField(label="The document was read aloud", required=False)
    questions = NoteField(
        label="Questions, and the patient's own words",
        help_text="What they asked, and how they said what will happen and how they can stop.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    may_tell_escort = forms.ChoiceField(
        label="May we talk with the person who takes them home?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Choose yes or no."},
    )
    can_decide = forms.BooleanField(
        label="The patient can decide about this today",
        error_messages={
            "required": "Check that the patient can decide about this today, then tick the box."
        },
    )
    signer_name = NameField(
        label="Patient's full name, typed by the patient",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Ask the patient to type their name.",
            "max_length": "Shorten the name to 200 letters or fewer.",
        },
    )

    def __init__(
        self, *args: Any, explainers: Sequence[StaffFact], zone: ZoneInfo, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        choices = [("", "Choose one"), *((str(who.staff_id), who.name) for who in explainers)]
        self.fields["explained_by"] = forms.ChoiceField(
            label="Who explained it",
            choices=choices,
            error_messages=self.base_fields["explained_by"].error_messages,
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        clean = self.cleaned_data
        if clean.get("method") != Method.ON_PAPER or self.has_error("signed_date"):
            return clean
        if clean.get("signed_date") is None:
            self.add_error("signed_date", "Enter the day on the paper.")
        if clean.get("signed_time") is None and not self.has_error("signed_time"):
            self.add_error("signed_time", "Enter the time on the paper.")
        if not self.errors:
            try:
                clean["signed_at"] = moment_from(
                    clean["signed_date"], clean["signed_time"], self.zone
                )
            except forms.ValidationError as skipped:
                self.add_error("signed_time", skipped)
        return clean

    def facts(self) -> dict[str, Any]:
        """Return what `actions.sign_consent` takes."""
        clean = self.cleaned_data
        return {
            "document_id": clean["document_id"],
            "signer_name": clean["signer_name"],
            "method": clean["method"],
            "explained_by": UUID(clean["explained_by"]),
            "signed_at": clean.get("signed_at"),
            "was_read_aloud": clean["was_read_aloud"],
            "may_tell_escort": {"yes": True, "no": False}.get(clean["may_tell_escort"]),
            "questions": clean["questions"],
        }


class WithdrawForm(KeyedForm):
    """What the patient said when taking the consent back."""

    reason = NoteField(
        label="What the patient said",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PublishForm(KeyedForm):
    """A new version of the document."""

    version = NameField(
        label="Version",
        help_text="Such as 1.1.",
        max_length=20,
        error_messages={"required": "Enter a version such as 1.1."},
    )
    title = NameField(label="Title", max_length=200)
    issued_date = DateField(label="Issue date")
    valid_days = WholeNumberField(
        label="Days a signature is valid",
        help_text="Clinic default, review: 183.",
        min_value=1,
        max_value=730,
        unit="days",
    )
    keeps_valid = forms.MultipleChoiceField(
        label="Signatures under these versions go on counting",
        help_text="Tick none if everybody has to sign again.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose versions that were published here."},
    )
    text = TextField(
        label="Text",
        help_text="A line that begins with ## is a heading, one that begins with - is a list item.",
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 24}),
        error_messages={"required": "Enter the text."},
    )

    def __init__(self, *args: Any, versions: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not versions:
            del self.fields["keeps_valid"]
            return
        field = self.fields["keeps_valid"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(version, f"Version {version}") for version in versions]
