from __future__ import annotations

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "serein.consents"
