"""Which starts a weekday offers: what is asked of the search, and the answer that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import signing

from serein.core.forms import KeyedForm, WholeNumberField
from serein.scheduling.rules import WEEKDAYS, GuideStart
from serein.scheduling.states import VisitKind

if TYPE_CHECKING:
    from serein.scheduling.queries import TypeFact

MOST_OF_A_TYPE = 40
_FOUND = "serein.scheduling.starts"


@dataclass(frozen=True, slots=True)
class Mix:
    """A weekday, and how many visits of each type must find a place on it."""

    weekday: int
    least: dict[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """Starts that a search has found, on their way to being kept."""

    weekday: int
    starts: tuple[GuideStart, ...]
    worked_out_for: date
    bound: int
    method: str


class MixForm(forms.Form):
    """What a weekday must hold. Read from the address."""

    weekday = forms.TypedChoiceField(label="Weekday", coerce=int)

    def __init__(
        self, *args: Any, weekdays: Sequence[int], types: Sequence[TypeFact], **kwargs: Any
    ) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["weekday"].choices = [(day, WEEKDAYS[day]) for day in weekdays]  # type: ignore[attr-defined]
        for fact in types:
            if fact.kind is not VisitKind.INFUSION:
                self.fields[f"least_{fact.code}"] = WholeNumberField(
                    label=fact.name, min_value=0, max_value=MOST_OF_A_TYPE, required=False
                )

    def asked(self) -> Mix | None:
        """Return what is to be searched; None where nothing is, or it makes no sense."""
        if not self.is_bound or not self.is_valid():
            return None
        facts = dict(self.cleaned_data)
        weekday = facts.pop("weekday")
        return Mix(weekday, {name.removeprefix("least_"): n for name, n in facts.items() if n})


class KeepStartsForm(KeyedForm):
    """Keeps exactly the starts that were shown."""

    found = forms.CharField(widget=forms.HiddenInput)

    def clean_found(self) -> Found:
        try:
            said = signing.loads(self.cleaned_data["found"], salt=_FOUND)
        except signing.BadSignature:
            raise forms.ValidationError("Search again: these starts could not be read.") from None
        starts = tuple(GuideStart(*start) for start in said["starts"])
        day = date.fromisoformat(said["day"])
        return Found(day.weekday(), starts, day, said["bound"], said["method"])


def sealed(found: Found) -> str:
    """Write found starts so that exactly these come back."""
    said = {
        "starts": [[start.code, start.minute, start.count] for start in found.starts],
        "day": found.worked_out_for.isoformat(),
        "bound": found.bound,
        "method": found.method,
    }
    return signing.dumps(said, salt=_FOUND)
