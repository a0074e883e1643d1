"""The visit: from check-in through the infusion to discharge and the signed note."""

from __future__ import annotations

from django.apps import AppConfig


class InfusionsConfig(AppConfig):
    name = "serein.infusions"
    verbose_name = "Infusions"
