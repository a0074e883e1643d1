"""What a site decides about its book, and what its visits consist of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from serein.core.forms import KeyedForm, NameField, TimeField, WholeNumberField
from serein.scheduling.rules import FULL_LOAD, CoverMode, Phase, Seat

BLANK_PHASES = 2

COVER_WORDS = {
    CoverMode.NAMED: "One nurse for the whole visit",
    CoverMode.FLOAT: "Float nurses start and discharge, a named nurse keeps the patient between",
    CoverMode.POOL: "All nurses together, handing over as needed",
}
LOADS = {0: "No nurse", 3: "1 : 4", 4: "1 : 3", 6: "1 : 2", FULL_LOAD: "1 : 1"}
SEATS = {
    Seat.NONE: "None",
    Seat.CHAIR: "Chair",
    Seat.CHAIR_OR_RECOVERY: "Chair or recovery chair",
    Seat.ROOM: "Room",
}
REMINDERS = [("7", "7 days before"), ("3", "3 days before, with the driver"), ("1", "The day before"), ("0", "The same morning")]  # fmt: skip


class SettingsForm(KeyedForm):
    """What a site decides about its book."""

    nurse_cover = forms.ChoiceField(
        label="How nurses share patients",
        choices=[(mode.value, words) for mode, words in COVER_WORDS.items()],
        widget=forms.RadioSelect,
    )
    is_staff_planned = forms.BooleanField(
        label="Count the shifts: nothing is booked without a nurse or prescriber on duty",
        required=False,
    )
    is_turnover_past_closing = forms.BooleanField(
        label="A chair may be turned over after closing", required=False
    )
    hold_minutes = WholeNumberField(
        label="A chosen time is held for", min_value=1, max_value=120, unit="min"
    )
    offer_minutes = WholeNumberField(
        label="An offer from the waiting list stands for", min_value=5, max_value=1440, unit="min"
    )
    notice_hours = WholeNumberField(
        label="Notice a patient needs for an infusion", min_value=0, max_value=168, unit="h"
    )
    late_minutes = WholeNumberField(label="Late from", min_value=5, max_value=120, unit="min")
    reminder_days = forms.TypedMultipleChoiceField(
        label="Reminders",
        choices=REMINDERS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reminder_time = TimeField(label="At")


class TypeForm(KeyedForm):
    """One kind of visit in phases. A change is a new version; booked visits keep theirs."""

    name = NameField(label="Name", max_length=80)
    is_public = forms.BooleanField(label="The public may book it", required=False)

    def __init__(self, *args: Any, phases: Sequence[Phase], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = range(len(phases) + BLANK_PHASES)
        for place in self.places:
            self._add(place, phases[place] if place < len(phases) else None)

    def _add(self, place: int, phase: Phase | None) -> None:
        fields: dict[str, forms.Field] = {
            "name": NameField(label="Phase", max_length=60, required=False),
            "minutes": WholeNumberField(
                label="Minutes", min_value=0, max_value=600, required=False
            ),
            "seat": forms.ChoiceField(
                label="Place", choices=[(seat.value, text) for seat, text in SEATS.items()]
            ),
            "nurse_load": forms.TypedChoiceField(
                label="Nurse", choices=[(str(n), text) for n, text in LOADS.items()], coerce=int
            ),
            "prescriber_last_minutes": WholeNumberField(
                label="Prescriber at the end", min_value=0, max_value=600, required=False
            ),
            "prescriber_on_site": forms.BooleanField(
                label="Prescriber in the house", required=False
            ),
            "monitor": forms.BooleanField(label="Monitor", required=False),
            "pump": forms.BooleanField(label="Pump", required=False),
            "with_patient": forms.BooleanField(label="Patient is there", required=False),
        }
        shown = phase or Phase("", 0)
        for name, field in fields.items():
            value = getattr(shown, name)
            field.initial = None if phase is None and name == "minutes" else value
            self.fields[f"phase_{place}_{name}"] = field

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each phase, to be drawn as one row."""
        return [
            [self[name] for name in self.fields if name.startswith(f"phase_{place}_")]
            for place in self.places
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        phases = [self._phase(cleaned, place) for place in self.places]
        cleaned["phases"] = [phase for phase in phases if phase is not None]
        if not cleaned["phases"]:
            raise ValidationError("Enter at least one phase.", code="phases")
        return cleaned

    def _phase(self, cleaned: dict[str, Any], place: int) -> Phase | None:
        own = f"phase_{place}_"
        facts = {
            name.removeprefix(own): value for name, value in cleaned.items() if name.startswith(own)
        }
        if not facts.get("name"):
            return None
        return Phase(
            name=facts["name"],
            minutes=facts.get("minutes") or 0,
            seat=Seat(facts.get("seat", Seat.NONE)),
            nurse_load=facts.get("nurse_load", 0),
            monitor=facts["monitor"],
            pump=facts["pump"],
            prescriber_last_minutes=facts.get("prescriber_last_minutes") or 0,
            prescriber_on_site=facts["prescriber_on_site"],
            with_patient=facts["with_patient"],
        )

    def facts(self) -> dict[str, Any]:
        """Return the name, the phases and who may book it."""
        kept = ("name", "is_public", "phases")
        return {name: self.cleaned_data[name] for name in kept}
