"""A change of the clinic that somebody would like to try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from serein.core.forms import WholeNumberField


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Chairs and nurses more (or fewer), and whether every Friday is open."""

    chairs: int
    nurses: int
    every_friday: bool


class WhatIfForm(forms.Form):
    """Chairs and nurses more or fewer. Read from the address."""

    chairs = WholeNumberField(
        label="Chairs more or fewer", min_value=-20, max_value=20, required=False
    )
    nurses = WholeNumberField(
        label="Nurses more or fewer", min_value=-20, max_value=20, required=False
    )
    every_friday = forms.BooleanField(label="Every Friday open", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def asked(self) -> WhatIf | None:
        """Return what is to be tried; None where nothing is, or it makes no sense."""
        if not self.is_bound or not self.is_valid():
            return None
        facts = self.cleaned_data
        asked = WhatIf(facts["chairs"] or 0, facts["nurses"] or 0, bool(facts["every_friday"]))
        return asked if asked != WhatIf(0, 0, every_friday=False) else None
