from __future__ import annotations

import uuid

from django.db import migrations, models

from serein.core.append_only import refuse_changes


class Migration(migrations.Migration):
    """What the new tables refuse: two standing rows of one visit, and changes to what is history."""

    dependencies = [("scheduling", "0004_visit_ids")]

    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="visit_id",
            field=models.UUIDField(default=uuid.uuid4),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                fields=["visit_id"],
                condition=models.Q(
                    state__in=["booked", "confirmed", "arrived", "in_phase", "done"]
                ),
                name="appointment_visit_once",
            ),
        ),
        refuse_changes(
            "scheduling",
            "BookSettings",
            "HolidayChoice",
            "OfferTransition",
            "Phase",
            "RebookTransition",
            "VisitTypeVersion",
            "WaitlistTransition",
        ),
    ]
