"""What is typed to order at a chair, to read it back, and to write to the nurse."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from serein.core.forms import KeyedForm, NameField, NumberField
from serein.infusions.forms.timed import MAX_RATE_ML_PER_H
from serein.infusions.rules.orders import ORDER_WORDS

CHOICES = tuple((kind.value, words) for kind, words in ORDER_WORDS.items())


def _kind(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what.", "invalid_choice": "Choose what."},
    )


def _rate(help_text: str) -> NumberField:
    return NumberField(
        label="Rate",
        help_text=help_text,
        min_value=Decimal("0.1"),
        max_value=MAX_RATE_ML_PER_H,
        places=1,
        unit="mL/h",
        required=False,
    )


class OrderForm(KeyedForm):
    kind = _kind("Order")
    rate_ml_per_h = _rate("Only for a rate.")
    note = NameField(label="Reason or note", max_length=300, required=False)


class ReadBackForm(KeyedForm):
    """Always empty when it is opened: what was ordered is not on this page."""

    kind = _kind("What was ordered")
    rate_ml_per_h = _rate("If a rate was ordered.")


class DeclineForm(KeyedForm):
    reason = NameField(label="Reason", max_length=300)


class NurseMessageForm(KeyedForm):
    text = NameField(label="Message", max_length=500)
