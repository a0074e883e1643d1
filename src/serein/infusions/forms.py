"""What is typed at the chair. Shapes and messages only; whether it may be is the actions' part."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from serein.core.clinic_time import local_day
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
from serein.infusions.rules.checklist import ANSWERS, IDENTITY_WAYS
from serein.infusions.rules.discharge import ALDRETE, Recovery
from serein.safety.rules import SEVERITY_WORDS, SIDE_EFFECTS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MAX_RATE_ML_PER_H = Decimal(999)
NUDGES = {"0": 0, "1": 1, "5": 5}


class TimedForm(KeyedForm):
    """Something with a time: now, one or five minutes ago, or a time of today's clock."""

    when = forms.ChoiceField(
        label="When",
        required=False,
        initial="0",
        widget=forms.RadioSelect,
        choices=(("0", "Now"), ("1", "1 min ago"), ("5", "5 min ago"), ("at", "At")),
    )
    clock = TimeField(label="Time", required=False)

    def __init__(self, *args: Any, at: datetime, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at, self.zone = at, zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        when, clock = cleaned.pop("when", "0") or "0", cleaned.pop("clock", None)
        cleaned["occurred_at"] = self._moment(when, clock)
        return cleaned

    def _moment(self, when: str, clock: Any) -> datetime | None:
        if "clock" in self.errors:
            return None
        if when != "at" and clock is None:
            return self.at - timedelta(minutes=NUDGES.get(when, 0))
        if clock is None:
            self.add_error("clock", "Enter the time, or choose Now.")
            return None
        try:
            return moment_from(local_day(self.at, self.zone), clock, self.zone)
        except ValidationError as error:
            self.add_error("clock", error)
            return None

    def refuse(self, refusal: Any) -> None:
        """A refused time belongs to the field in which it is typed."""
        if refusal.field in {"occurred_at", "onset_at"}:
            refusal.field = "clock"
        super().refuse(refusal)


def _rate(label: str = "Rate", help_text: str = "") -> NumberField:
    return NumberField(
        label=label,
        help_text=help_text,
        min_value=Decimal("0.1"),
        max_value=MAX_RATE_ML_PER_H,
        places=1,
        unit="mL/h",
    )


class StartForm(TimedForm):
    rate_ml_per_h = _rate("Rate on the pump")


class RateForm(TimedForm):
    rate_ml_per_h = _rate("New rate")
    reason = NameField(label="Reason", required=False, max_length=300)


class ResumeForm(TimedForm):
    rate_ml_per_h = _rate(
        "Rate on the pump", "The rate before the pause. Enter what the pump shows."
    )
    reason = NameField(label="Reason", required=False, max_length=300)


class PauseForm(TimedForm):
    reason = NameField(label="Reason", required=False, max_length=300)


class StopForm(TimedForm):
    """Stopping is never refused: what cannot be read is left out, and the time falls back to now."""

    reason = NameField(label="Reason", required=False, max_length=300)


class RemarkForm(TimedForm):
    text = NoteField(label="Note", max_length=2000)


class SideEffectForm(TimedForm):
    code = forms.ChoiceField(
        label="What the patient feels",
        widget=forms.RadioSelect,
        choices=[(code, kind.words) for code, kind in SIDE_EFFECTS.items()],
        error_messages={
            "required": "Choose a side effect.",
            "invalid_choice": "Choose a side effect from the list.",
        },
    )
    severity = forms.TypedChoiceField(
        label="How bad",
        coerce=int,
        widget=forms.RadioSelect,
        choices=[(value, f"{value} {words}") for value, words in SEVERITY_WORDS.items()],
        error_messages={
            "required": "Choose how bad it is.",
            "invalid_choice": "Choose a severity from 0 to 3.",
        },
    )
    action_taken = NameField(label="What was done", required=False, max_length=300)

    def facts(self) -> dict[str, Any]:
        """Return what was charted; the time is that of the onset."""
        given = super().facts()
        return {"onset_at": given.pop("occurred_at"), **given}


class IdentityForm(KeyedForm):
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


class FastingForm(KeyedForm):
    value = forms.ChoiceField(
        label="Has fasted",
        widget=forms.RadioSelect,
        choices=list(ANSWERS["fasting"].items()),
        error_messages={"required": "Choose yes or no.", "invalid_choice": "Choose yes or no."},
    )
    note = NameField(label="Last meal or drink", required=False, max_length=300)


class PregnancyForm(KeyedForm):
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


class EscortForm(KeyedForm):
    note = NameField(label="The name of the escort", max_length=120)

    def facts(self) -> dict[str, Any]:
        return {"value": "yes", "note": self.cleaned_data["note"]}


class PreparedForm(KeyedForm):
    def facts(self) -> dict[str, Any]:
        return {"value": "yes"}


CHECKLIST_FORMS: dict[str, type[KeyedForm]] = {
    "identity": IdentityForm,
    "fasting": FastingForm,
    "pregnancy": PregnancyForm,
    "escort": EscortForm,
    "second_check": PreparedForm,
}


class SecondCheckForm(KeyedForm):
    """Typed from what is on the vial, the syringe and the pump, not copied from the order."""

    vial_mg_per_ml = NumberField(
        label="Strength on the vial", min_value=1, max_value=500, places=1, unit="mg/mL"
    )
    dose_mg = NumberField(label="Dose on the order", min_value=0, max_value=500, unit="mg")
    drug_ml = NumberField(label="Drug drawn up", min_value=0, max_value=100, places=2, unit="mL")
    rate_ml_per_h = _rate("Rate on the pump")


class ReasonForm(KeyedForm):
    reason = NoteField(label="The reason", max_length=1000)


class CorrectionForm(KeyedForm):
    clock = TimeField(label="Time")
    seconds = WholeNumberField(label="Seconds", min_value=0, max_value=59, unit="s", required=False)
    rate_ml_per_h = NumberField(
        label="Rate",
        min_value=Decimal("0.1"),
        max_value=MAX_RATE_ML_PER_H,
        places=1,
        unit="mL/h",
        required=False,
    )
    reason = NameField(label="Why it was wrong", max_length=300)

    def __init__(
        self, *args: Any, day_of: datetime, zone: ZoneInfo, has_rate: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.day_of, self.zone = day_of, zone
        if not has_rate:
            del self.fields["rate_ml_per_h"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        clock, seconds = cleaned.pop("clock", None), cleaned.pop("seconds", None)
        if clock is None:
            return cleaned
        try:
            moment = moment_from(local_day(self.day_of, self.zone), clock, self.zone)
        except ValidationError as error:
            self.add_error("clock", error)
            return cleaned
        cleaned["occurred_at"] = moment + timedelta(seconds=seconds or 0)
        return cleaned

    def refuse(self, refusal: Any) -> None:
        if refusal.field == "occurred_at":
            refusal.field = "clock"
        super().refuse(refusal)


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
    reason = NoteField(label="What the patient said", max_length=1000)
    risks_explained = forms.BooleanField(
        label="Risks of leaving now were explained", required=False
    )
    iv_out = forms.BooleanField(label="Infusion line is out", required=False)
    escort_name = NameField(label="Name of the escort, if there is one", required=False)


class SignForm(KeyedForm):
    comment = NoteField(label="Comment", required=False, max_length=4000)


class AddendumForm(KeyedForm):
    text = NoteField(label="Addendum", max_length=4000)


class PlainForm(KeyedForm):
    """A press of one button: nothing but its key."""
