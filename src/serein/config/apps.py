from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Loads the start-up checks."""

    name = "serein.config"

    def ready(self) -> None:
        import_module("serein.config.checks")
