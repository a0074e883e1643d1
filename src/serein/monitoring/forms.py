"""What is typed at the chair: well formed or not. What it means is decided by the rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from serein.core.forms import (
    KeyedForm,
    NameField,
    NumberField,
    TextField,
    TimeField,
    WholeNumberField,
    moment_from,
)
from serein.monitoring import rules

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from serein.monitoring.queries import VitalFact

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


def _digits(unit: str, most: int, label: str) -> WholeNumberField:
    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "off", "class": "keypad", "maxlength": "4"}
    )
    return WholeNumberField(
        label=label, min_value=0, max_value=most, unit=unit, required=False, widget=widget
    )


class VitalsForm(KeyedForm):
    """One set of vitals. A 0 from the monitor is taken as "no signal".

    ``at`` is the moment of the page, ``day`` the clinic's day of the visit, ``last`` the set before this
    one (told as a hint), ``before`` the set that is being corrected.
    """

    when = forms.ChoiceField(
        label="Measured", choices=CHIPS, widget=forms.RadioSelect, initial=NOW, required=False
    )
    occurred_time = TimeField(label="Time", required=False)
    sbp_mmhg = _digits("", 300, "Systolic")
    dbp_mmhg = _digits("mmHg", 300, "Diastolic")
    hr_bpm = _digits("bpm", 300, "Heart rate")
    spo2_percent = _digits("%", 100, "SpO₂")
    rr_per_min = _digits("/min", 99, "Breathing rate")
    moaas = forms.ChoiceField(
        label="Sedation (MOAA/S)",
        choices=MOAAS,
        widget=forms.RadioSelect,
        required=False,
        help_text=MOAAS_HINT,
    )
    nausea = _digits("", 10, "Nausea, 0 to 10")
    distress = _digits("", 10, "Distress, 0 to 10")
    temperature_c = NumberField(
        label="Temperature",
        min_value=Decimal(20),
        max_value=Decimal(50),
        places=1,
        unit="°C",
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "keypad"}
        ),
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
        last: VitalFact | None = None,
        before: VitalFact | None = None,
        **kwargs: Any,
    ) -> None:
        self._at, self._zone, self._day, self._before = at, zone, day, before
        if before is not None:
            kwargs.setdefault("initial", {}).update(self._as_charted(before))
        super().__init__(*args, **kwargs)
        if last is not None and before is None:
            self._hint_at(last)

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

    def _hint_at(self, last: VitalFact) -> None:
        clock = f"{last.occurred_at.astimezone(self._zone):%H:%M}"
        for name in rules.BOUNDS:
            value = last.values.of(name)
            if value is not None and name != "moaas":
                self.fields[name].help_text = f"{value:f} at {clock}"


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
