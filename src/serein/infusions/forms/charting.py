"""What is seen, felt and said at the chair."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from serein.core.forms import KeyedForm, NameField, NoteField, NumberField
from serein.infusions.forms.timed import TimedForm
from serein.infusions.rules.discharge import ALDRETE
from serein.infusions.rules.rescue import ROUTES, standing_orders
from serein.infusions.rules.scales import Scale
from serein.safety.rules import SEVERITY_WORDS, SIDE_EFFECTS


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


class DrugForm(TimedForm):
    """A drug given under a standing order: one press names the order and the route."""

    order = forms.ChoiceField(
        label="Standing order",
        widget=forms.RadioSelect,
        choices=[
            (f"{order.code} {route}", f"{order.drug} {ROUTES[route]}")
            for order in standing_orders().orders
            for route in order.routes
        ],
        error_messages={
            "required": "Choose the order under which it was given.",
            "invalid_choice": "Choose one of the standing orders.",
        },
    )
    dose = NumberField(
        label="Dose",
        min_value=Decimal("0.001"),
        max_value=Decimal(5000),
        places=3,
        widget=forms.TextInput(
            attrs={
                "inputmode": "decimal",
                "autocomplete": "off",
                "class": "keypad",
                "data-keypad": "stay",
                "data-words": "dose",
            }
        ),
    )
    reason = NameField(label="Reason, if not the order's own", required=False, max_length=300)

    def facts(self) -> dict[str, Any]:
        """Return what was charted, the order and the route apart."""
        given = super().facts()
        order, _, route = given.pop("order").partition(" ")
        return {"order": order, "route": route, **given}


class TakeBackDrugForm(KeyedForm):
    reason = NameField(label="Why it is taken back", max_length=300)


class HelpForm(TimedForm):
    """The patient asked for help: nothing to fill in."""


class EmergencyForm(TimedForm):
    """Help was called: nothing to fill in."""


class ScoreForm(TimedForm):
    """One score of one scale, all of its items."""

    def __init__(self, *args: Any, scale: Scale, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scale = scale
        rows: list[tuple[str, tuple[str, ...]]] = [(item.name, item.words) for item in ALDRETE]
        if scale.items == 1:
            rows = [(scale.question, ("",) * (scale.highest + 1))]
        for place, (label, words) in enumerate(rows):
            self.fields[f"item_{place}"] = forms.TypedChoiceField(
                label=label,
                coerce=int,
                widget=forms.RadioSelect,
                choices=[(value, f"{value} {word}".strip()) for value, word in enumerate(words)],
                error_messages={
                    "required": "Choose a score.",
                    "invalid_choice": f"Choose a score from 0 to {scale.highest}.",
                },
            )

    @property
    def items(self) -> list[forms.BoundField]:
        """The items of the scale."""
        return [self[f"item_{place}"] for place in range(self.scale.items)]

    def facts(self) -> dict[str, Any]:
        """Return the items in their order, with their scale."""
        given = super().facts()
        items = [given.pop(f"item_{place}") for place in range(self.scale.items)]
        return {"scale": self.scale.code, "items": items, **given}
