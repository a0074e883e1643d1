from __future__ import annotations

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "serein.assessments"
    verbose_name = "Assessments"

    def ready(self) -> None:
        # A questionnaire with a fault must stop the start-up, not a patient half-way through it.
        from serein.assessments.rules import INSTRUMENTS  # noqa: F401
