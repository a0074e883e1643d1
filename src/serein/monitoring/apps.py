from __future__ import annotations

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "serein.monitoring"
    verbose_name = "Vitals and flags"
