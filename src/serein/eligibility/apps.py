"""Eligibility: who may be offered ketamine, and why not."""

from __future__ import annotations

from django.apps import AppConfig


class EligibilityConfig(AppConfig):
    name = "serein.eligibility"
    verbose_name = "Eligibility"
