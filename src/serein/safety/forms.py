from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from serein.core.forms import DateField, KeyedForm, NoteField, TimeField, moment_from
from serein.safety.rules import ATTEMPT_WORDS, REACHED_WORDS, SEVERITY_WORDS, SIDE_EFFECTS

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

_SEVERITIES = [(str(number), f"{number}: {words}") for number, words in SEVERITY_WORDS.items()]


def _severity(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=_SEVERITIES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how strong it is, from 0 to 3.",
            "invalid_choice": "Choose how strong it is, from 0 to 3.",
        },
    )


class AttemptForm(KeyedForm):
    """What came of one try to reach the person."""

    outcome = forms.ChoiceField(
        label="What came of it",
        choices=[(code.value, words) for code, words in ATTEMPT_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what came of it.",
            "invalid_choice": "Choose one of the outcomes shown.",
        },
    )
    note = NoteField(
        label="Note", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ClosingForm(KeyedForm):
    """What a clinician states to close a safety task."""

    reached = forms.ChoiceField(
        label="Whom did you reach?",
        choices=[(code.value, words) for code, words in REACHED_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose whom you reached.",
            "invalid_choice": "Choose one of the answers shown.",
        },
    )
    finding_text = NoteField(
        label="What you found",
        help_text="Risk as you judge it and how you judged it, and what keeps them safe.",
    )
    next_step = NoteField(
        label="Next step",
        help_text="Plan, who was told, and the next contact.",
        max_length=2000,
        error_messages={"required": "Enter the next step."},
    )


class _MomentForm(KeyedForm):
    """A day and a time by the clinic's clock."""

    on_date = DateField(label="Day")
    on_time = TimeField(label="Time")

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        super().clean()
        day, wall = self.cleaned_data.get("on_date"), self.cleaned_data.get("on_time")
        if day is not None and wall is not None:
            try:
                self.cleaned_data["moment"] = moment_from(day, wall, self.zone)
            except forms.ValidationError as skipped:
                self.add_error("on_time", skipped)
        return self.cleaned_data

    @property
    def moment(self) -> datetime:
        """The moment that was typed, in UTC."""
        found: datetime = self.cleaned_data["moment"]
        return found


class SideEffectForm(_MomentForm):
    """A side effect: what, how strong, since when, and what was done."""

    code = forms.ChoiceField(
        label="Side effect",
        choices=[("", "Choose one"), *((kind.code, kind.words) for kind in SIDE_EFFECTS.values())],
        error_messages={
            "required": "Choose a side effect.",
            "invalid_choice": "Choose a side effect from the list.",
        },
    )
    severity = _severity("How strong")
    action_taken = NoteField(
        label="What was done",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    field_order = ("code", "severity", "on_date", "on_time", "action_taken")

    def facts(self) -> dict[str, Any]:
        """Return what `actions.record_side_effect` takes."""
        clean = self.cleaned_data
        return {
            "code": clean["code"],
            "severity": clean["severity"],
            "onset_at": self.moment,
            "action_taken": clean["action_taken"],
        }


class AskAgainForm(KeyedForm):
    """How strong a side effect is now."""

    severity = _severity("How strong is it now?")


class EndForm(_MomentForm):
    """When a side effect ended."""


class InErrorForm(KeyedForm):
    """Why an entry is wrong."""

    reason = NoteField(
        label="Why this entry is wrong",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
