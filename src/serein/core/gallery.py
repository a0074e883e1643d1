"""Every component in every state and theme, with invented content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import Message

from serein.core.answers import page
from serein.core.findings import Finding, Weight
from serein.core.forms import DateField, KeyedForm, NameField, NoteField, NumberField

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

THEMES = ("light", "dark", "dim")


class _SpecimenForm(KeyedForm):
    name = NameField(label="Name of the escort")
    weight_kg = NumberField(
        label="Weight",
        min_value=20,
        max_value=300,
        unit="kg",
        help_text="On the clinic's scale, without shoes.",
    )
    seen_on = DateField(label="Date", required=False)
    fasting = forms.ChoiceField(
        label="Nothing to eat since midnight?",
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
        widget=forms.RadioSelect,
    )
    chair = forms.ChoiceField(
        label="Chair", choices=[("1", "Chair 1, by the window"), ("2", "Chair 2")], required=False
    )
    agreed = forms.BooleanField(label="A message may be left at this number", required=False)
    note = NoteField(label="Note", required=False, help_text="What the next person needs to know.")


def _forms() -> dict[str, KeyedForm]:
    wrong = {"name": "Jo Park", "weight_kg": "80,5", "note": "Prefers the left arm."}
    return {
        "form": _SpecimenForm(initial={"fasting": "yes"}, auto_id="good_%s"),
        "wrong_form": _SpecimenForm(wrong, auto_id="wrong_%s"),
    }


def _flags() -> tuple[dict[str, str], ...]:
    limit = "limit 180/100\u202fmmHg"
    return (
        {
            "tone": "act",
            "word": "Act now",
            "name": "Blood pressure",
            "value": "182/104\u202fmmHg",
            "limit": limit,
            "limit_source": "clinic default, review",
            "age": "1 min ago",
            "answer_url": "#content",
        },
        {
            "tone": "look",
            "word": "Look",
            "name": "Oxygen saturation",
            "value": "93%",
            "limit": "limit 94%",
            "age": "3 min ago",
            "times": "2 times",
            "answer_url": "#content",
        },
        {
            "tone": "note",
            "word": "Note",
            "name": "Heart rate",
            "value": "104\u202f/min",
            "limit": "usual 50 to 100\u202f/min",
            "age": "6 min ago",
        },
        {
            "tone": "stale",
            "word": "No reading",
            "name": "Vitals",
            "value": "for 12 min",
            "limit": "due every 10 min",
            "age": "due 2 min ago",
        },
        {
            "tone": "act",
            "word": "Act now",
            "name": "Blood pressure",
            "value": "184/106\u202fmmHg",
            "limit": limit,
            "age": "14 min ago",
            "answered": "Sam Okafor, 10:14: measured again after 5 min",
        },
    )


def _steps() -> tuple[dict[str, Any], ...]:
    return (
        {"state": "done", "word": "Done", "number": 1, "when": "Tue 3 Mar", "url": "#content"},
        {"state": "done", "word": "Done", "number": 2, "when": "Thu 5 Mar", "url": "#content"},
        {"state": "skipped", "word": "Skipped", "number": 3, "when": "Mon 9 Mar"},
        {"state": "now", "word": "Today", "number": 4, "when": "10:00"},
        {"state": "booked", "word": "Booked", "number": 5, "when": "Mon 16 Mar"},
        {"state": "open", "word": "To book", "number": 6, "when": ""},
    )


def _words() -> dict[str, Any]:
    return {
        "tones": (
            ("act", "Act now"),
            ("look", "Look"),
            ("note", "Note"),
            ("done", "Done"),
            ("wait", "Waiting"),
            ("stale", "Stale"),
            ("plain", "Plain"),
        ),
        "findings": (
            Finding(
                "bp",
                Weight.STOPS,
                "Blood pressure 172/104 at rest: measure again after 10 minutes.",
                "clinic default, review",
            ),
            Finding(
                "weight",
                Weight.NEEDS_REVIEW,
                "The weight is from 34 days ago. Weigh again before the first infusion.",
                "clinic default, review",
            ),
            Finding(
                "benzodiazepine",
                Weight.TO_NOTE,
                "Takes lorazepam 0.5\u202fmg at night.",
                "the patient",
            ),
        ),
    }


def examples() -> dict[str, Any]:
    """Return literal content for every component."""
    return {
        **_forms(),
        **_words(),
        "flags": _flags(),
        "steps": _steps(),
        "inputs": (("weight", "80\u202fkg"), ("dose", "0.5\u202fmg/kg"), ("ceiling", "60\u202fmg")),
        "rows": (
            ("09:05", "Before", "128/78", "72", "98%", "5"),
            ("09:20", "5 min", "136/84", "80", "97%", "5"),
            ("09:35", "20 min", "151/92", "88", "96%", "4"),
        ),
        "tabs": (
            {"url": "#content", "label": "Chart", "is_current": True},
            {"url": "#content", "label": "Record", "is_current": False},
            {"url": "#content", "label": "Assessments", "is_current": False},
            {"url": "#content", "label": "Plan", "is_current": False},
        ),
        "banner_facts": {
            "name": "Avery Quinn",
            "pronouns": "they/them",
            "birth_date": "12 Aug 1987",
            "age": "38 years",
            "sex": "female",
            "mrn": "S-000123",
            "allergies": "Penicillin (rash)",
            "allergies_tone": "look",
            "weight": "80\u202fkg, 3 days ago",
            "comfort": "Hand on the shoulder: no. Lights low. Say my name first.",
            "chart_url": "#content",
        },
        "said": (
            Message(messages.SUCCESS, "Weight saved: 80\u202fkg."),
            Message(messages.WARNING, "Saved. Somebody else has changed the plan since."),
            Message(messages.ERROR, "Not sent. Ask for a new link."),
        ),
        "themes": THEMES,
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    response = page(request, "core/gallery.html", examples())
    response.status_code = 200
    return response
