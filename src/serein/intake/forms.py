from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms

from serein.core.forms import DateField, KeyedForm, NameField, NoteField
from serein.intake.rules import OUTCOME_WORDS
from serein.patients.rules import Sex

if TYPE_CHECKING:
    from serein.patients.queries import DuplicateFact

SOMEONE_ELSE = "someone_else"
_SEX_WORDS = [(Sex.FEMALE, "Female"), (Sex.MALE, "Male"), (Sex.UNKNOWN, "Not known")]


class ContactForm(KeyedForm):
    """What came of one try to reach the person."""

    outcome = forms.ChoiceField(
        label="What came of it",
        choices=list(OUTCOME_WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what came of it.",
            "invalid_choice": "Choose one of the outcomes shown.",
        },
    )
    note = NoteField(
        label="Note", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class NotNowForm(KeyedForm):
    """Why the request is put off, and until when."""

    reason = NoteField(
        label="Reason",
        help_text="What the person would be told if they asked.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ask_again_on = DateField(
        label="Ask again on", error_messages={"required": "Choose a date to ask again."}
    )


class AcceptForm(KeyedForm):
    """What the record needs beyond the request."""

    given_name = NameField(label="Given name", required=False)
    family_name = NameField(label="Family name")
    birth_date = DateField(label="Birth date")
    sex = forms.ChoiceField(
        label="Recorded sex for clinical use",
        help_text="Needed for dose and pregnancy rules.",
        choices=_SEX_WORDS,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the recorded sex.",
            "invalid_choice": "Choose one of the words shown.",
        },
    )
    same_as = forms.ChoiceField(label="Is this the same person?", required=False)

    def __init__(self, *args: Any, duplicates: Sequence[DuplicateFact] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not duplicates:
            del self.fields["same_as"]
            return
        choices = [
            (
                str(found.patient_id),
                f"Yes: {found.full_name}, born {found.birth_date:%-d %B %Y}, MRN {found.mrn}",
            )
            for found in duplicates
        ]
        self.fields["same_as"] = forms.ChoiceField(
            label="Is this the same person?",
            help_text="Somebody with this birth date and a similar name is registered.",
            choices=[*choices, (SOMEONE_ELSE, "No: somebody else")],
            widget=forms.RadioSelect,
            error_messages={
                "required": "Choose whether this is the same person.",
                "invalid_choice": "Choose one of the people shown, or “somebody else”.",
            },
        )

    def facts(self) -> dict[str, Any]:
        """Return what `intake.actions.accept_request` takes."""
        facts = super().facts()
        decided = facts.pop("same_as", "")
        facts["is_someone_else"] = decided == SOMEONE_ELSE
        facts["same_as"] = UUID(decided) if decided and decided != SOMEONE_ELSE else None
        return facts
