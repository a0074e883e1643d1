"""Fields that refuse what a clinic must refuse, in words that say what to type instead."""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from serein.core import clinic_time
from serein.core.errors import Refused
from serein.core.quantities import shown

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from django.http import HttpRequest

_CSRF_FIELD = "csrfmiddlewaretoken"
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_PLAIN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_PLAIN_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}", re.ASCII)
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class KeyedForm(forms.Form):
    """A form that carries the key which makes its saving happen once."""

    key_field = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"].setdefault("key_field", uuid.uuid4())
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "key_field"])

    @property
    def key(self) -> UUID:
        """The client key: the same for the same page sent twice with the same content.

        A page that is sent again with other content is a new act, so that nothing typed is lost.
        """
        page = self.cleaned_data.get("key_field")
        if not isinstance(page, uuid.UUID):
            return uuid.uuid4()
        lists = dict(self.data.lists() if isinstance(self.data, MultiValueDict) else self.data)
        lists.pop(_CSRF_FIELD, None)
        return uuid.uuid5(page, json.dumps(lists, sort_keys=True, default=str))

    def is_posted_and_valid(self, request: HttpRequest) -> bool:
        """Say whether this is a sent form with nothing wrong in it."""
        return request.method == "POST" and self.is_valid()

    def facts(self) -> dict[str, Any]:
        """Return what was entered, without the key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key_field"}

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal where it belongs: at its field, else above the form."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, refusal.message)
        for finding in refusal.findings:
            self.add_error(None, finding.because)


class TextField(forms.CharField):
    """Free text without control characters; line breaks are kept."""

    def __init__(self, *, max_length: int = 4000, **kwargs: Any) -> None:
        label = str(kwargs.get("label", "this")).lower()
        kwargs["error_messages"] = {
            "required": f"Enter {label}.",
            "max_length": f"Shorten {label} to {max_length} characters or fewer.",
        } | kwargs.get("error_messages", {})
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in text):
            raise ValidationError("Remove the characters that cannot be shown.", code="control")
        return text


class NameField(TextField):
    """One line: a name, a place, a short answer. Letters of every script are welcome."""

    def __init__(self, *, max_length: int = 120, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if "\n" in text or "\t" in text:
            raise ValidationError("Write this on one line.", code="lines")
        if any(sign in _BIDI for sign in text):
            raise ValidationError(
                "Remove the hidden characters that turn the writing direction.", code="bidi"
            )
        return text


class NoteField(TextField):
    """Several lines of free text."""

    widget = forms.Textarea(attrs={"rows": 4})


class NumberField(forms.Field):
    """A decimal number typed with a point, in one stated unit. Gives a Decimal or None."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(
        self,
        *,
        min_value: Decimal | int,
        max_value: Decimal | int,
        places: int = 1,
        unit: str = "",
        **kwargs: Any,
    ) -> None:
        self.low, self.high = Decimal(min_value), Decimal(max_value)
        self.places, self.unit = places, unit
        label = str(kwargs.get("label", "a number")).lower()
        kwargs["error_messages"] = {"required": f"Enter {label}."} | kwargs.get(
            "error_messages", {}
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        if "," in text:
            raise ValidationError("Use a point for decimals, such as 80.5.", code="comma")
        if len(text) > 20 or not _PLAIN_NUMBER.fullmatch(text):
            unit = f" in {self.unit}, without the unit" if self.unit else ""
            raise ValidationError(
                f"Enter a plain number{unit}, such as {shown(self.low)}.", code="number"
            )
        number = Decimal(text)
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.places:
            raise ValidationError(self._too_fine(), code="places")
        if not self.low <= number <= self.high:
            low, high = shown(self.low), shown(self.high, self.unit)
            raise ValidationError(f"Enter a number from {low} to {high}.", code="range")
        return number

    def _too_fine(self) -> str:
        if self.places == 0:
            return "Enter a whole number."
        places = "one decimal" if self.places == 1 else f"{self.places} decimals"
        return f"Enter at most {places}."


class WholeNumberField(NumberField):
    """A whole number in one stated unit. Gives an int or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        )
        super().__init__(places=0, **kwargs)

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        number = super().to_python(value)
        return None if number is None else int(number)


class DateField(forms.Field):
    """A day, by the browser's own date picker or typed as 2026-03-12."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        label = str(kwargs.get("label", "the date")).lower()
        kwargs["error_messages"] = {"required": f"Enter {label}."} | kwargs.get(
            "error_messages", {}
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        if not _PLAIN_DATE.fullmatch(text):
            raise ValidationError(
                "Enter the date as year-month-day, such as 2026-03-12.", code="date"
            )
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValidationError(
                "Choose a date that exists: this one is not in the calendar.", code="date"
            ) from None


class TimeField(forms.Field):
    """A wall-clock time, typed as 14:05."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        label = str(kwargs.get("label", "the time")).lower()
        kwargs["error_messages"] = {"required": f"Enter {label}."} | kwargs.get(
            "error_messages", {}
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, time):
            return value
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        if not _PLAIN_TIME.fullmatch(text):
            raise ValidationError("Enter the time as hours:minutes, such as 14:05.", code="time")
        hours, minutes = (int(part) for part in text.split(":"))
        if hours > 23 or minutes > 59:
            raise ValidationError("Enter a time from 00:00 to 23:59.", code="time")
        return time(hours, minutes)


def moment_from(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Turn a typed day and time of the clinic into UTC, refusing as a form does.

    :raises ValidationError: when the clocks skip that time
    """
    try:
        return clinic_time.moment(day, wall, zone)
    except Refused as refusal:
        raise ValidationError(refusal.message, code="skipped") from None
