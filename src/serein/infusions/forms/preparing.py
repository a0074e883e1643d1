"""The checklist before the start, the second person, and overrides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from serein.core.forms import KeyedForm, NameField, NoteField, NumberField
from serein.infusions.forms.timed import rate_field, read_widget
from serein.infusions.rules.checklist import ANSWERS, IDENTITY_WAYS


class AskedForm(KeyedForm):
    """One question at the chair. A tablet without the server keeps the answer until it is back."""

    is_charted = True


class IdentityForm(AskedForm):
    ways = forms.MultipleChoiceField(
        label="Checked by",
        widget=forms.CheckboxSelectMultiple,
        choices=list(IDENTITY_WAYS.items()),
        error_messages={
            "required": "Choose two ways.",
            "invalid_choice": "Choose two of the ways offered.",
        },
    )

    def clean_ways(self) -> list[str]:
        ways: list[str] = self.cleaned_data["ways"]
        if len(set(ways)) < 2:
            raise ValidationError("Choose two ways: one alone is not enough.")
        return ways

    def facts(self) -> dict[str, Any]:
        return {"value": " ".join(self.cleaned_data["ways"])}


class FastingForm(AskedForm):
    value = forms.ChoiceField(
        label="Has fasted",
        widget=forms.RadioSelect,
        choices=list(ANSWERS["fasting"].items()),
        error_messages={"required": "Choose yes or no.", "invalid_choice": "Choose yes or no."},
    )
    note = NameField(label="Last meal or drink", required=False, max_length=300)


class PregnancyForm(AskedForm):
    value = forms.ChoiceField(
        label="Pregnancy test",
        widget=forms.RadioSelect,
        choices=list(ANSWERS["pregnancy"].items()),
        error_messages={
            "required": "Choose a result.",
            "invalid_choice": "Choose one of the results.",
        },
    )
    note = NameField(label="Why a test does not apply", required=False, max_length=300)


class EscortForm(AskedForm):
    note = NameField(label="The name of the escort", max_length=120)

    def facts(self) -> dict[str, Any]:
        return {"value": "yes", "note": self.cleaned_data["note"]}


class StatedForm(KeyedForm):
    """Typed from what is on the vial, the syringe and the pump, not copied from the order."""

    drug = NameField(label="Drug on the vial", max_length=40)
    vial_mg_per_ml = NumberField(
        label="Strength on the vial",
        min_value=1,
        max_value=500,
        places=1,
        unit="mg/mL",
        widget=read_widget(),
    )
    dose_mg = NumberField(
        label="Dose on the order", min_value=0, max_value=500, unit="mg", widget=read_widget()
    )
    drug_ml = NumberField(
        label="Drug drawn up",
        min_value=0,
        max_value=100,
        places=2,
        unit="mL",
        widget=read_widget(),
    )
    rate_ml_per_h = rate_field("Rate on the pump")
    volume_ml = NumberField(
        label="Volume limit on the pump",
        min_value=0,
        max_value=2000,
        places=1,
        unit="mL",
        widget=read_widget(),
    )


class PreparedForm(StatedForm):
    """The first person's reading. The second never sees it."""


class SecondCheckForm(StatedForm):
    """The second person's reading, blind to the first."""


CHECKLIST_FORMS: dict[str, type[KeyedForm]] = {
    "identity": IdentityForm,
    "fasting": FastingForm,
    "pregnancy": PregnancyForm,
    "escort": EscortForm,
    "second_check": PreparedForm,
}


class ReasonForm(KeyedForm):
    reason = NoteField(label="The reason", max_length=1000)
