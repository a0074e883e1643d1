from __future__ import annotations

from django.db import migrations

from serein.core.append_only import refuse_changes


class Migration(migrations.Migration):
    """Rows of this table are written once."""

    dependencies = [("infusions", "0005_take_over")]

    operations = [refuse_changes("infusions", "TakeOver")]
