from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Keeps with each day what is free on it, for the search."""

    dependencies = [("scheduling", "0005_guards")]

    operations = [
        migrations.AddField(
            model_name="clinicday",
            name="page",
            field=models.TextField(blank=True, default=""),
        ),
    ]
