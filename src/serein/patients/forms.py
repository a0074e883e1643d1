"""What people type about a patient, and the words that help when it is not well formed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from serein.core.errors import Refused
from serein.core.forms import (
    DateField,
    KeyedForm,
    NameField,
    NoteField,
    NumberField,
    TimeField,
    WholeNumberField,
    moment_from,
)
from serein.core.quantities import shown
from serein.patients.rules import Sex, kg_from_lb, normal_email, normal_phone
from serein.patients.rules.contacts import ContactKind
from serein.patients.rules.entries import ICD_10_CM, SNOMED, AllergySeverity, BodyMethod

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

_SEX = ((Sex.FEMALE, "Female"), (Sex.MALE, "Male"), (Sex.UNKNOWN, "Not known yet"))
_MESSAGE = (("yes", "Yes"), ("no", "No"), ("", "Not asked"))
_METHOD = ((BodyMethod.MEASURED, "Measured here"), (BodyMethod.REPORTED, "Told by the patient"))
_SEVERITY = (
    (AllergySeverity.UNKNOWN, "Not known"),
    (AllergySeverity.MILD, "Mild"),
    (AllergySeverity.MODERATE, "Moderate"),
    (AllergySeverity.SEVERE, "Severe"),
)
_CODES = (("", "No code"), (ICD_10_CM, "ICD-10-CM"), (SNOMED, "SNOMED CT"))


def _choice(
    label: str, choices: Any, *, required: bool = True, **kwargs: Any
) -> forms.TypedChoiceField:
    messages = {"required": f"Choose {label.lower()}.", "invalid_choice": "Choose one of these."}
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        required=required,
        widget=forms.RadioSelect,
        error_messages=messages,
        **kwargs,
    )


def _yes_no(value: str) -> bool:
    return value == "yes"


def _may_leave_message(help_text: str = "") -> forms.TypedChoiceField:
    return _choice(
        "May we leave a message?",
        _MESSAGE,
        required=False,
        coerce=_yes_no,
        empty_value=None,
        help_text=help_text,
    )


class DetailsForm(KeyedForm):
    """Personal details."""

    given_name = NameField(label="Given name", required=False)
    family_name = NameField(
        label="Family name",
        help_text="With a single name, enter it here and leave the other empty.",
    )
    preferred_name = NameField(label="Name to say", required=False)
    birth_date = DateField(label="Birth date")
    sex = _choice(
        "Recorded sex for clinical use",
        _SEX,
        help_text="Used for dosing weight and pregnancy checks only. Pronouns are separate.",
    )
    pronouns = NameField(label="Pronouns", required=False, max_length=60)
    may_leave_message = _may_leave_message()
    comfort_note = NoteField(
        label="Comfort note",
        required=False,
        max_length=500,
        help_text="What helps this person feel safe, such as a seat with a view of the door.",
    )


class ChangeDetailsForm(DetailsForm):
    """Personal details of somebody who is on record."""

    def facts(self) -> dict[str, Any]:
        """Return what was entered as one set: what differs from the record is the change."""
        return {"details": super().facts()}


class RegisterForm(DetailsForm):
    """A new patient at the desk, with one way to reach them."""

    phone = NameField(label="Phone", required=False, max_length=60)
    email = NameField(label="E-mail", required=False, max_length=254)
    is_new_person = forms.BooleanField(
        label="I checked: this is a different person", required=False
    )

    field_order = (
        "given_name", "family_name", "preferred_name", "birth_date", "sex", "pronouns", "phone",
        "email", "may_leave_message", "comfort_note", "is_new_person",
    )  # fmt: skip

    def clean_phone(self) -> str:
        return _normal(normal_phone, self.cleaned_data["phone"])

    def clean_email(self) -> str:
        return _normal(normal_email, self.cleaned_data["email"])

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        del facts["is_new_person"]
        return facts


def _normal(rule: Any, text: str) -> str:
    if not text:
        return ""
    try:
        return str(rule(text))
    except Refused as refusal:
        raise ValidationError(refusal.message) from None


class ContactForm(KeyedForm):
    """A way to reach the patient."""

    kind = _choice(
        "Kind",
        (
            (ContactKind.PHONE, "Phone"),
            (ContactKind.EMAIL, "E-mail"),
            (ContactKind.ADDRESS, "Address"),
        ),
    )
    value = NoteField(
        label="Number or address", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    may_leave_message = _may_leave_message()


class EscortForm(KeyedForm):
    """An adult who can take the patient home."""

    name = NameField(label="Name")
    phone = NameField(label="Phone", required=False, max_length=60)
    relation = NameField(
        label="Relation", required=False, max_length=60, help_text="Such as sister, friend."
    )


class AllergyForm(KeyedForm):
    """One allergy or intolerance."""

    substance = NameField(label="Substance", max_length=200)
    reaction = NameField(label="What happened", required=False, max_length=300)
    severity = _choice("How severe", _SEVERITY)


class ConditionForm(KeyedForm):
    """A problem in words, with a code where one is known."""

    display = NameField(label="Problem", max_length=300)
    system = forms.ChoiceField(label="Code system", choices=_CODES, required=False)
    code = NameField(label="Code", required=False, max_length=60, help_text="Such as F43.10.")
    onset_date = DateField(label="Since", required=False)
    is_confirmed = _choice(
        "Certainty",
        (("yes", "Confirmed"), ("no", "Suspected")),
        coerce=_yes_no,
    )

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        if facts.get("code") and not facts.get("system"):
            self.add_error("system", "Choose the system that the code belongs to.")
        if facts.get("system") and not facts.get("code"):
            self.add_error("code", "Enter the code, or choose “No code”.")
        return facts


class MedicationForm(KeyedForm):
    """A medicine the patient takes."""

    name = NameField(label="Medicine", max_length=300, help_text="As on the label or as told.")
    ingredient = NameField(
        label="Ingredient",
        required=False,
        max_length=300,
        help_text="Left empty, known ingredients are found in the name.",
    )
    dose_text = NameField(
        label="Dose and how often", required=False, max_length=300, help_text="Such as 50 mg daily."
    )
    started_on = DateField(label="Since", required=False)


class DoseForm(KeyedForm):
    """A new dose of a medicine."""

    dose_text = NameField(label="New dose and how often", max_length=300)


class MeasuredForm(KeyedForm):
    """Something measured at a time of the clinic's clock."""

    measured_date = DateField(label="Day")
    measured_time = TimeField(label="Time")

    def __init__(self, *args: Any, zone: ZoneInfo, at: datetime, **kwargs: Any) -> None:
        now = at.astimezone(zone)
        kwargs.setdefault("initial", {})
        kwargs["initial"].setdefault("measured_date", now.date())
        kwargs["initial"].setdefault("measured_time", now.strftime("%H:%M"))
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.measured_at: datetime | None = None

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        day, wall = facts.get("measured_date"), facts.get("measured_time")
        if day and wall:
            try:
                self.measured_at = moment_from(day, wall, self.zone)
            except ValidationError as wrong:
                self.add_error("measured_time", wrong)
        return facts

    def refuse(self, refusal: Refused) -> None:
        """Show what is wrong with the moment at the day field."""
        if refusal.field == "measured_at":
            refusal = Refused(refusal.message, refusal.findings, "measured_date")
        super().refuse(refusal)


class ConfirmedForm(MeasuredForm):
    """A measurement that may have to be read again before it is kept.

    ``confirmed`` carries the value that was confirmed, so a changed value is asked again.
    """

    confirmed = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def value_text(self) -> str:
        """The value as it would be stored; what a person confirms."""
        raise NotImplementedError

    def echo(self) -> str:
        """A sentence that repeats a converted value, or nothing."""
        return ""

    @property
    def is_confirmed(self) -> bool:
        """Whether exactly this value was confirmed."""
        return bool(self.cleaned_data["confirmed"] == self.value_text())


class WeightForm(ConfirmedForm):
    """A weight. Pounds are converted and read back; kilograms are kept."""

    weight = NumberField(label="Weight", min_value=1, max_value=999, places=1)
    unit = _choice("Unit", (("kg", "kg"), ("lb", "lb")), initial="kg")
    method = _choice("How it is known", _METHOD, initial=BodyMethod.MEASURED)

    field_order = ("weight", "unit", "method", "measured_date", "measured_time", "confirmed")

    def weight_kg(self) -> Decimal:
        """The weight to store, in kg."""
        typed: Decimal = self.cleaned_data["weight"]
        return kg_from_lb(typed) if self.cleaned_data["unit"] == "lb" else typed

    def value_text(self) -> str:
        return shown(self.weight_kg(), "kg")

    def echo(self) -> str:
        if self.cleaned_data["unit"] != "lb":
            return ""
        return f"{shown(self.cleaned_data['weight'], 'lb')} = {self.value_text()}: is this right?"

    def facts(self) -> dict[str, Any]:
        typed, unit = self.cleaned_data["weight"], self.cleaned_data["unit"]
        return {
            "weight_kg": self.weight_kg(),
            "method": self.cleaned_data["method"],
            "measured_at": self.measured_at,
            "as_entered": f"{shown(typed)} {unit}",
            "is_confirmed": self.is_confirmed,
        }


class HeightForm(ConfirmedForm):
    """A height in cm."""

    height = NumberField(label="Height", min_value=1, max_value=999, places=1, unit="cm")
    method = _choice("How it is known", _METHOD, initial=BodyMethod.MEASURED)

    field_order = ("height", "method", "measured_date", "measured_time", "confirmed")

    def value_text(self) -> str:
        return shown(self.cleaned_data["height"], "cm")

    def facts(self) -> dict[str, Any]:
        return {
            "height_cm": self.cleaned_data["height"],
            "method": self.cleaned_data["method"],
            "measured_at": self.measured_at,
            "as_entered": f"{shown(self.cleaned_data['height'])} cm",
            "is_confirmed": self.is_confirmed,
        }


class PressureForm(ConfirmedForm):
    """A blood pressure taken outside a session."""

    sbp_mmhg = WholeNumberField(label="Systolic", min_value=0, max_value=400, unit="mmHg")
    dbp_mmhg = WholeNumberField(label="Diastolic", min_value=0, max_value=400, unit="mmHg")

    field_order = ("sbp_mmhg", "dbp_mmhg", "measured_date", "measured_time", "confirmed")

    def value_text(self) -> str:
        return f"{self.cleaned_data['sbp_mmhg']}/{self.cleaned_data['dbp_mmhg']}"

    def facts(self) -> dict[str, Any]:
        return {
            "sbp_mmhg": self.cleaned_data["sbp_mmhg"],
            "dbp_mmhg": self.cleaned_data["dbp_mmhg"],
            "measured_at": self.measured_at,
            "source": "clinic",
            "is_confirmed": self.is_confirmed,
        }


class EndForm(KeyedForm):
    """Something that was right and is over."""

    ended_on = DateField(label="Ended on", required=False)
    reason = NameField(label="Why", required=False, max_length=300)


class ErrorForm(KeyedForm):
    """Something that was wrong from the start."""

    reason = NameField(label="Why it is wrong", max_length=300)
