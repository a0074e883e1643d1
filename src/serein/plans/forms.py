from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from serein.core.errors import Refused
from serein.core.forms import (
    DateField,
    KeyedForm,
    NoteField,
    NumberField,
    TimeField,
    WholeNumberField,
)
from serein.core.quantities import shown
from serein.plans.rules import (
    MAX_DOSE_MG,
    VIALS_MG_PER_ML,
    DosingWeight,
    Preparation,
    Protocol,
    Terms,
    WeightBasis,
    terms_from,
)
from serein.scheduling.rules import WEEKDAYS, Wishes, moment_of

if TYPE_CHECKING:
    from serein.plans.queries import PlanFact

_TICKS = re.compile(r"[1-9][0-9]{5,6}(,[1-9][0-9]{5,6}){0,11}", re.ASCII)
_ORDER_FIELDS = (
    "mg_per_kg",
    "minutes",
    "weight_basis",
    "ceiling_mg",
    "vial_mg_per_ml",
    "preparation",
    "bag_mg_per_ml",
    "bag_ml",
    "infusions",
    "min_gap_hours",
    "max_gap_days",
)


class OrderForm(KeyedForm):
    """One order. The limits are findings, not field errors, so that they can say why."""

    mg_per_kg = NumberField(
        label="Dose per kilogram",
        min_value=Decimal("0.01"),
        max_value=100,
        places=3,
        unit="mg/kg",
        help_text="For the whole infusion.",
    )
    minutes = WholeNumberField(
        label="Minutes", min_value=1, max_value=600, unit="min", help_text="From start to stop."
    )
    weight_basis = forms.ChoiceField(
        label="Dosing weight",
        choices=[(basis.value, basis.words.capitalize()) for basis in WeightBasis],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the weight to dose on.",
            "invalid_choice": "Choose a weight from the list.",
        },
    )
    ceiling_mg = NumberField(
        label="Ceiling for one infusion",
        min_value=1,
        max_value=MAX_DOSE_MG,
        places=1,
        unit="mg",
        help_text=f"Never more than {shown(MAX_DOSE_MG, 'mg')}.",
    )
    vial_mg_per_ml = forms.TypedChoiceField(
        label="Vial",
        coerce=Decimal,
        choices=[(str(strength), f"{strength} mg/mL") for strength in VIALS_MG_PER_ML],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the strength on the vial.",
            "invalid_choice": "Choose a strength from the list.",
        },
    )
    preparation = forms.ChoiceField(
        label="Bag",
        choices=[(how.value, how.words.capitalize()) for how in Preparation],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how the bag is made up.",
            "invalid_choice": "Choose from the list.",
        },
    )
    bag_mg_per_ml = NumberField(
        label="Bag strength",
        min_value=Decimal("0.05"),
        max_value=100,
        places=3,
        unit="mg/mL",
        required=False,
        help_text="For an ordered strength.",
    )
    bag_ml = NumberField(
        label="Bag volume",
        min_value=10,
        max_value=1000,
        places=1,
        unit="mL",
        required=False,
        help_text="For a bag of fixed volume.",
    )
    infusions = WholeNumberField(label="Infusions", min_value=1, max_value=12)
    min_gap_hours = WholeNumberField(label="Shortest gap", min_value=20, max_value=336, unit="h")
    max_gap_days = WholeNumberField(label="Longest gap", min_value=1, max_value=60, unit="days")

    def __init__(self, *args: Any, protocol: Protocol, weight: DosingWeight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.protocol = protocol
        self.weight = weight
        self.fields["weight_basis"].choices = [  # type: ignore[attr-defined]
            (WeightBasis.ACTUAL.value, _weight_words(WeightBasis.ACTUAL, weight.actual_kg)),
            (WeightBasis.IDEAL.value, _weight_words(WeightBasis.IDEAL, weight.ideal_kg)),
            (WeightBasis.ADJUSTED.value, _weight_words(WeightBasis.ADJUSTED, weight.adjusted_kg)),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.terms()
            except Refused as refusal:
                self.refuse(refusal)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return the fields of the order alone."""
        return self._order()

    def _order(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in _ORDER_FIELDS}

    def terms(self) -> Terms:
        """Return the order as the rules take it.

        :raises Refused: the bag is not described
        """
        return terms_from(self.protocol, **self._order())

    def shown_terms(self) -> Terms | None:
        """Return the order that the page shows: what was sent if it is well formed, else the start.

        None while something in it cannot be read.
        """
        if not self.is_bound:
            start = type(self)(
                {name: self.initial.get(name, "") for name in _ORDER_FIELDS},
                protocol=self.protocol,
                weight=self.weight,
            )
            return start.shown_terms() if not set(start.errors) & set(_ORDER_FIELDS) else None
        if set(self.errors) & set(_ORDER_FIELDS):
            return None
        try:
            return self.terms()
        except Refused:
            return None


class ChangeForm(OrderForm):
    """A new version of an order."""

    reason = NoteField(label="Why it changes", max_length=2000)
    reason_for_soft = NoteField(
        label="Reason for what needs review",
        max_length=2000,
        required=False,
        help_text="Needed where the dose above has something that needs review.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def facts(self) -> dict[str, Any]:
        """Return everything the change needs."""
        more = ("reason", "reason_for_soft", "seen_version")
        return self._order() | {name: self.cleaned_data[name] for name in more}


class SignForm(KeyedForm):
    """A signature."""

    reason_for_soft = NoteField(
        label="Reason for what needs review",
        max_length=2000,
        required=False,
        help_text="Needed where something above needs review.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class StopForm(KeyedForm):
    """The end of a plan before its time."""

    reason = NoteField(label="Why the plan stops", max_length=2000)


class WhenForm(forms.Form):
    """When visits are wanted, and which of them are held in place. Read from the address."""

    first = DateField(label="From", required=False)
    at_time = TimeField(label="Around", required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label="Rather on",
        choices=[(number, name) for number, name in enumerate(WEEKDAYS[:5])],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    spacing = forms.TypedChoiceField(
        label="Days between",
        choices=[("", "Any"), ("2", "2 days"), ("3", "3 days"), ("4", "4 days"), ("7", "A week")],
        coerce=int,
        empty_value=None,
        required=False,
    )
    same_chair = forms.BooleanField(label="The same chair each time", required=False)
    same_nurse = forms.BooleanField(label="The same nurse each time", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def wishes(self) -> tuple[Any, time | None]:
        """Return the first day and the time, as far as they make sense."""
        if not self.is_bound:
            return None, None
        self.is_valid()
        return self.cleaned_data.get("first"), self.cleaned_data.get("at_time")

    def preferences(self) -> Wishes:
        """Return what is wished for beyond the time of day; each ranks, none forbids."""
        if not self.is_bound:
            return Wishes()
        self.is_valid()
        return Wishes(
            weekdays=frozenset(self.cleaned_data.get("weekdays") or ()),
            spacing_days=self.cleaned_data.get("spacing"),
            same_chair=bool(self.cleaned_data.get("same_chair")),
            same_nurse=bool(self.cleaned_data.get("same_nurse")),
        )


class PinForm(forms.Form):
    """One visit that is to stay on a day, at a time if one is named. Read from the address."""

    pin_number = forms.TypedChoiceField(label="Infusion", coerce=int)
    pin_day = DateField(label="Stays on")
    pin_time = TimeField(label="At", required=False)

    def __init__(self, *args: Any, visits: int, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        numbers = [(str(number), str(number)) for number in range(1, visits + 1)]
        self.fields["pin_number"].choices = numbers  # type: ignore[attr-defined]


class BookForm(KeyedForm):
    """The visits chosen, as five-minute ticks, and why booked ones are given up."""

    offer = forms.CharField(max_length=200, widget=forms.HiddenInput)
    reason = NoteField(
        label="Why the visits already booked are given up", max_length=500, required=False
    )

    def clean_offer(self) -> Sequence[datetime]:
        text = str(self.cleaned_data["offer"])
        if not _TICKS.fullmatch(text):
            raise ValidationError("Choose one of the proposals.", code="offer")
        return _moments(text)

    def facts(self) -> dict[str, Any]:
        """Return the visits that were chosen, and why the booked ones are given up."""
        return {"starts": self.cleaned_data["offer"], "reason": self.cleaned_data["reason"]}

    def chosen(self) -> Sequence[datetime]:
        """Return the visits that were chosen, as far as they can be read."""
        text = str(self["offer"].value() or "")
        return _moments(text) if _TICKS.fullmatch(text) else []


def _moments(text: str) -> list[datetime]:
    return [moment_of(int(tick)) for tick in text.split(",")]


def order_initial(protocol: Protocol, plan: PlanFact | None = None) -> dict[str, Any]:
    """Return what an order starts from: the protocol, or the version it would change."""
    if plan is None:
        return {
            "mg_per_kg": shown(protocol.mg_per_kg),
            "minutes": protocol.minutes,
            "weight_basis": WeightBasis.ACTUAL.value,
            "ceiling_mg": shown(MAX_DOSE_MG),
            "vial_mg_per_ml": "50",
            "preparation": Preparation.STRENGTH.value,
            "bag_mg_per_ml": "1",
            "infusions": protocol.infusions,
            "min_gap_hours": protocol.min_gap_hours,
            "max_gap_days": protocol.max_gap_days,
        }
    return {
        "mg_per_kg": shown(plan.mg_per_kg),
        "minutes": plan.minutes,
        "weight_basis": plan.weight_basis.value,
        "ceiling_mg": shown(plan.ceiling_mg),
        "vial_mg_per_ml": shown(plan.vial_mg_per_ml),
        "preparation": plan.preparation.value,
        "bag_mg_per_ml": shown(plan.bag_mg_per_ml) if plan.bag_ml is None else "",
        "bag_ml": shown(plan.bag_ml) if plan.bag_ml is not None else "",
        "infusions": plan.infusions,
        "min_gap_hours": plan.min_gap_hours,
        "max_gap_days": plan.max_gap_days,
        "seen_version": plan.version_number,
    }


def _weight_words(basis: WeightBasis, weight_kg: Decimal | None) -> str:
    name = basis.words.capitalize()
    return f"{name}, {shown(weight_kg, 'kg', 1)}" if weight_kg is not None else f"{name}, not known"
