"""Outcomes: whether it helped, for whom, and for how long."""

from __future__ import annotations

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "serein.outcomes"
    verbose_name = "Outcomes"
