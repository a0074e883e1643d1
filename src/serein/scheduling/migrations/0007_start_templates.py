from __future__ import annotations

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

from serein.core.append_only import refuse_changes


class Migration(migrations.Migration):
    """Starts that a site offers on a weekday; a row is written once."""

    dependencies = [("accounts", "0004_device_feed"), ("scheduling", "0006_pages")]

    operations = [
        migrations.CreateModel(
            name="StartTemplate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("weekday", models.PositiveSmallIntegerField()),
                ("starts", models.JSONField()),
                ("worked_out_for", models.DateField(null=True)),
                ("bound", models.PositiveIntegerField(default=0)),
                ("method", models.CharField(blank=True, max_length=120)),
                ("by_id", models.CharField(max_length=36)),
                ("at", models.DateTimeField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "number"), name="start_template_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__range", (0, 6))),
                        name="start_template_weekday_known",
                    ),
                ]
            },
        ),
        refuse_changes("scheduling", "StartTemplate"),
    ]
