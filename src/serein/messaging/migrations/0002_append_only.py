from __future__ import annotations

from django.db import migrations

from serein.core.append_only import refuse_changes


class Migration(migrations.Migration):
    """Rows of these tables are written once."""

    dependencies = [("messaging", "0001_initial")]

    operations = [
        refuse_changes(
            "messaging",
            "InviteRevision",
            "MessageTransition",
            "DeliveryAttempt",
            "Voiding",
            "MessageLink",
            "LinkUse",
            "ChannelChoice",
            "CalendarFeed",
            "FeedEnd",
        )
    ]
