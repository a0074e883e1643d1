"""What is typed at the chair: well formed or not. What it means is decided by the rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms

from serein.core.clinic_time import clock
from serein.core.forms import (
    DateField,
    KeyedForm,
    NameField,
    NumberField,
    TextField,
    TimeField,
    WholeNumberField,
    moment_from,
)
from serein.monitoring import rules
from serein.monitoring.rules.feed import REJECTED_BECAUSE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from zoneinfo import ZoneInfo

    from serein.monitoring.queries import VitalFact
    from serein.monitoring.queries.devices import DeviceFact, VisitFact
    from serein.scheduling.queries import ChairFact

NOW, EXACT = "0", "exact"
CHIPS = (
    (NOW, "Now"),
    ("1", "1 min ago"),
    ("5", "5 min ago"),
    (EXACT, "At this time"),
)
MOAAS = (
    ("5", "5"),
    ("4", "4"),
    ("3", "3"),
    ("2", "2"),
    ("1", "1"),
    ("0", "0"),
)
MOAAS_HINT = (
    "5 readily to name · 4 lethargic to name · 3 only loud or repeated · "
    "2 only to prodding · 1 only to a squeeze · 0 none"
)


def _keys(name: str, inputmode: str) -> dict[str, str]:
    """What the keypad has to know of a value: its bounds, and how it is said."""
    low, high = rules.BOUNDS[name]
    known = {"data-low": str(low), "data-high": str(high), "data-words": rules.WORDS[name]}
    if name in rules.LIKELY:
        least, most = rules.LIKELY[name]
        known |= {"data-likely-low": str(least), "data-likely-high": str(most)}
    return {
        "inputmode": inputmode,
        "autocomplete": "off",
        "class": "keypad",
        "data-keypad": "next",
        **known,
    }


def _digits(unit: str, most: int, label: str, name: str) -> WholeNumberField:
    widget = forms.TextInput(attrs={**_keys(name, "numeric"), "maxlength": "4"})
    return WholeNumberField(
        label=label, min_value=0, max_value=most, unit=unit, required=False, widget=widget
    )


class VitalsForm(KeyedForm):
    """One set of vitals. A 0 from the monitor is taken as "no signal".

    ``at`` is the moment of the page, ``day`` the clinic's day of the visit, ``before`` the set that is
    being corrected.
    """

    is_charted = True

    when = forms.ChoiceField(
        label="Measured", choices=CHIPS, widget=forms.RadioSelect, initial=NOW, required=False
    )
    occurred_time = TimeField(label="Time", required=False)
    sbp_mmhg = _digits("", 300, "Systolic", "sbp_mmhg")
    dbp_mmhg = _digits("mmHg", 300, "Diastolic", "dbp_mmhg")
    hr_bpm = _digits("bpm", 300, "Heart rate", "hr_bpm")
    spo2_percent = _digits("%", 100, "SpO₂", "spo2_percent")
    rr_per_min = _digits("/min", 99, "Breathing rate", "rr_per_min")
    moaas = forms.ChoiceField(
        label="Sedation (MOAA/S)",
        choices=MOAAS,
        widget=forms.RadioSelect,
        required=False,
        help_text=MOAAS_HINT,
    )
    nausea = _digits("", 10, "Nausea, 0 to 10", "nausea")
    distress = _digits("", 10, "Distress, 0 to 10", "distress")
    temperature_c = NumberField(
        label="Temperature",
        min_value=Decimal(20),
        max_value=Decimal(50),
        places=1,
        unit="°C",
        required=False,
        widget=forms.TextInput(attrs=_keys("temperature_c", "decimal")),
    )
    signs = forms.MultipleChoiceField(
        label="Signs at the chair",
        choices=[(sign.code, sign.words) for sign in rules.ladder().signs],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = NameField(label="Note", max_length=300, required=False)
    is_confirmed = forms.BooleanField(label="The values are right", required=False)

    def __init__(
        self,
        *args: Any,
        at: datetime,
        zone: ZoneInfo,
        day: date,
        before: VitalFact | None = None,
        **kwargs: Any,
    ) -> None:
        self._at, self._zone, self._day, self._before = at, zone, day, before
        if before is not None:
            kwargs.setdefault("initial", {}).update(self._as_charted(before))
        super().__init__(*args, **kwargs)

    def hint_from(self, vitals: Iterable[VitalFact]) -> None:
        """Say under each field what was charted last for it; the keypad offers it as "same as last".

        Each value has its own newest set, so that a set of one value hides no other.
        """
        for fact in vitals:
            for name in rules.BOUNDS if fact.is_current else ():
                value = fact.values.of(name)
                if value is None or name == "moaas":
                    continue
                charted = clock(fact.occurred_at, self._zone)
                field = self.fields[name]
                field.help_text = f"{value:f} at {charted}"
                field.widget.attrs |= {"data-last": f"{value:f}", "data-last-at": charted}

    @property
    def asks_to_confirm(self) -> bool:
        """Whether the question about unlikely values has to be on the page."""
        return "is_confirmed" in self.errors or bool(self.data.get("is_confirmed"))

    def clean_moaas(self) -> int | None:
        """The score as a number; not scored is none."""
        chosen = self.cleaned_data["moaas"]
        return int(chosen) if chosen else None

    def clean(self) -> dict[str, Any]:
        """Work out the moment from the chip or the typed time."""
        cleaned: dict[str, Any] = super().clean() or {}
        when = cleaned.pop("when", NOW) or NOW
        typed = cleaned.pop("occurred_time", None)
        if when == EXACT or self._before is not None:
            if typed is None:
                if "occurred_time" not in self.errors:
                    self.add_error("occurred_time", "Enter the time, such as 14:05.")
                return cleaned
            cleaned["occurred_at"] = self._moment(typed)
        else:
            cleaned["occurred_at"] = self._at - timedelta(minutes=int(when))
        return cleaned

    def _moment(self, typed: Any) -> datetime:
        # The seconds of a set that keeps its minute stay, so that a correction does not move it.
        before = self._before
        if before is not None:
            local = before.occurred_at.astimezone(self._zone)
            if (local.hour, local.minute) == (typed.hour, typed.minute):
                return before.occurred_at
        return moment_from(self._day, typed, self._zone)

    def _as_charted(self, before: VitalFact) -> dict[str, Any]:
        values = {name: getattr(before.values, name) for name in rules.BOUNDS}
        for signal, name in (
            (rules.Signal.HR, "hr_bpm"),
            (rules.Signal.SPO2, "spo2_percent"),
            (rules.Signal.RR, "rr_per_min"),
        ):
            values[name] = 0 if signal in before.no_signal else values[name]
        if rules.Signal.BP in before.no_signal:
            values |= {"sbp_mmhg": 0, "dbp_mmhg": 0}
        return {
            **values,
            "when": EXACT,
            "occurred_time": before.occurred_at.astimezone(self._zone).time(),
            "signs": sorted(before.signs),
            "note": before.note,
        }


class CorrectionForm(VitalsForm):
    """A whole set in the place of one that was wrong, with the reason."""

    reason = NameField(label="Why it is corrected", max_length=300)


class TakeBackForm(KeyedForm):
    """Take a set back: it was never this patient's."""

    reason = NameField(label="Why it is taken back", max_length=300)


class AnswerForm(KeyedForm):
    """What was done about a flag."""

    action_code = forms.ChoiceField(
        label="What was done",
        choices=[(answer.value, words) for answer, words in rules.ANSWER_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what was done.",
            "invalid_choice": "Choose what was done from the list.",
        },
    )
    note = TextField(
        label="Note",
        max_length=300,
        required=False,
        help_text="Needed when no action was taken.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReadingsField(forms.CharField):
    """The ids of the readings on offer, as the page had them."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> tuple[UUID, ...]:  # type: ignore[override]
        parts = str(value or "").split()
        try:
            return tuple(UUID(part) for part in parts[:20])
        except ValueError:
            raise forms.ValidationError("Reload the page: these values are not known.") from None


class AcceptForm(KeyedForm):
    """One tap: the readings as they stood on the page."""

    reading_ids = ReadingsField()
    is_confirmed = forms.BooleanField(label="The values are right", required=False)


class RejectForm(KeyedForm):
    """The readings are not used, and why."""

    reading_ids = ReadingsField()
    reason = forms.ChoiceField(
        label="Why not",
        choices=[(reason, reason) for reason in REJECTED_BECAUSE],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why the values are not used."},
    )


class DeviceForm(KeyedForm):
    """Where a device stands and what it is called."""

    name = NameField(label="Name", max_length=60, help_text="As people call it: Monitor 2")
    chair_id = forms.TypedChoiceField(
        label="Chair",
        required=False,
        coerce=UUID,
        empty_value=None,
        help_text="Without a chair its readings wait in the tray.",
    )
    timezone = NameField(
        label="Time zone of its clock",
        max_length=60,
        help_text="Counts only for times that come without an offset.",
    )
    calibration_due_date = DateField(label="Calibration due", required=False)

    def __init__(
        self,
        *args: Any,
        chairs: Iterable[ChairFact],
        zone: str,
        device: DeviceFact | None = None,
        **kwargs: Any,
    ) -> None:
        initial = kwargs.setdefault("initial", {})
        initial["timezone"] = zone
        if device is not None:
            initial |= {
                "name": device.name,
                "chair_id": device.chair_id,
                "calibration_due_date": device.calibration_due_date,
            }
        super().__init__(*args, **kwargs)
        choices = [("", "No chair"), *((str(c.chair_id), c.name) for c in chairs)]
        self.fields["chair_id"].choices = choices  # type: ignore[attr-defined]


class NewDeviceForm(DeviceForm):
    """A monitor or pump that is not known yet."""

    kind = forms.ChoiceField(
        label="Kind",
        choices=[("monitor", "Monitor"), ("pump", "Pump")],
        widget=forms.RadioSelect,
        initial="monitor",
    )
    identifier = NameField(
        label="Identifier",
        max_length=120,
        help_text="What it sends in OBX-18 or MSH-3, such as 00A0C9FFFE000001",
    )

    def __init__(self, *args: Any, identifier: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})["identifier"] = identifier
        super().__init__(*args, **kwargs)
        self.order_fields(["kind", "name", "identifier", "chair_id"])


class DismissForm(KeyedForm):
    """Nothing is to be done with these messages, and why."""

    reason = NameField(label="Why it is dismissed", max_length=300)


class AssignForm(KeyedForm):
    """Whose readings these were, and how that is known."""

    period_id = forms.TypedChoiceField(
        label="Visit",
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the visit.", "invalid_choice": "Choose the visit."},
    )
    reason = NameField(label="How you know", max_length=300)


def assign_form(data: Any, *, visits: Iterable[VisitFact], zone: ZoneInfo) -> AssignForm:
    """Make the form with the visits that are open."""
    form = AssignForm(data)
    form.fields["period_id"].choices = [  # type: ignore[attr-defined]
        (str(visit.period_id), _visit_words(visit, zone)) for visit in visits
    ]
    return form


def _visit_words(visit: VisitFact, zone: ZoneInfo) -> str:
    whose = f"{visit.patient_name}, {visit.mrn}"
    return f"{visit.chair_name or 'No chair'}: {whose}, since {clock(visit.opened_at, zone)}"
