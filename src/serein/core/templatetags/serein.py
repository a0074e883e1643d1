"""The few things templates say in their own words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django import template

from serein.core.quantities import shown

if TYPE_CHECKING:
    from django.forms import BoundField

register = template.Library()


@register.filter
def quantity(value: Decimal | int, unit: str = "") -> str:
    """Write a number with its unit: ``{{ dose_mg|quantity:"mg" }}``."""
    return shown(value, unit)


@register.filter
def described(field: BoundField) -> str:
    """Render a field's control, tied to its hint and its error for screen readers."""
    parts = []
    if field.help_text:
        parts.append(f"{field.id_for_label}-hint")
    if field.errors:
        parts.append(f"{field.id_for_label}-error")
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(parts)} if parts else {}
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)
