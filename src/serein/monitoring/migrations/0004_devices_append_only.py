from __future__ import annotations

from django.db import migrations

from serein.core.append_only import refuse_changes


class Migration(migrations.Migration):
    """Rows of these tables are written once."""

    dependencies = [("monitoring", "0003_devices")]

    operations = [refuse_changes("monitoring", "RawMessage", "DeviceReading", "ReadingDecision")]
