"""Going home: the discharge criteria, or leaving against advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from serein.core.forms import (
    DateField,
    KeyedForm,
    NameField,
    NoteField,
    TimeField,
    WholeNumberField,
    moment_from,
)
from serein.infusions.rules.discharge import ALDRETE, Recovery

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def _asked(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        empty_value=None,
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        choices=(("yes", "Yes"), ("no", "Not yet")),
        error_messages={"invalid_choice": "Choose yes or not yet."},
    )


class DischargeForm(KeyedForm):
    """The discharge criteria. What is left open is named by the gate, never taken for a yes."""

    is_charted = True

    nausea = WholeNumberField(label="Nausea, 0 to 10", min_value=0, max_value=10, required=False)
    back_to_usual = _asked("Feels back to usual")
    fluids_tolerated = _asked("Kept a drink down")
    gait_steady = _asked("Walks steadily")
    oriented = _asked("Knows person, place, time and situation")
    safety_reviewed = _asked("Safety question asked and looked at")
    iv_out = _asked("Infusion line is out")
    escort_present = _asked("Escort is here")
    escort_name = NameField(label="Name of the escort", required=False)
    instructions_given = _asked("Written instructions given")
    no_driving_acknowledged = _asked("Patient acknowledged: no driving until tomorrow after sleep")
    contact_date = DateField(label="Call on", required=False)
    contact_clock = TimeField(label="at", required=False)
    override_reason = NameField(
        label="Prescriber: reason for going home although a condition is open",
        required=False,
        max_length=300,
    )

    def __init__(self, *args: Any, zone: ZoneInfo, may_override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        for item in ALDRETE:
            self.fields[f"aldrete_{item.code}"] = forms.TypedChoiceField(
                label=item.name,
                required=False,
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect,
                choices=[(value, f"{value} {item.words[value]}") for value in (2, 1, 0)],
                error_messages={"invalid_choice": "Choose 2, 1 or 0."},
            )
        if not may_override:
            del self.fields["override_reason"]

    @property
    def aldrete(self) -> list[forms.BoundField]:
        """The five items of the recovery score."""
        return [self[f"aldrete_{item.code}"] for item in ALDRETE]

    @property
    def conditions(self) -> list[forms.BoundField]:
        """The questions that are answered with yes or not yet."""
        return [
            self[name]
            for name, field in self.fields.items()
            if isinstance(field, forms.TypedChoiceField) and not name.startswith("aldrete_")
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, clock = cleaned.pop("contact_date", None), cleaned.pop("contact_clock", None)
        cleaned["contact_at"] = None
        if day and clock:
            try:
                cleaned["contact_at"] = moment_from(day, clock, self.zone)
            except ValidationError as error:
                self.add_error("contact_clock", error)
        elif day or clock:
            self.add_error(
                "contact_clock" if day else "contact_date", "Enter both the day and the time."
            )
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return what was answered, in the shape that the rules read, and the override."""
        given = super().facts()
        reason = given.pop("override_reason", "")
        scores = [given.pop(f"aldrete_{item.code}") for item in ALDRETE]
        aldrete = (scores[0], scores[1], scores[2], scores[3], scores[4])
        return {"recovery": Recovery(aldrete=aldrete, **given), "override_reason": reason}


class LeaveForm(KeyedForm):
    """Leaving against advice. Nothing holds the patient back."""

    is_charted = True

    reason = NoteField(label="What the patient said", max_length=1000)
    risks_explained = forms.BooleanField(
        label="Risks of leaving now were explained", required=False
    )
    iv_out = forms.BooleanField(label="Infusion line is out", required=False)
    escort_name = NameField(label="Name of the escort, if there is one", required=False)
