from __future__ import annotations

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

from serein.core.append_only import refuse_changes

_GUARD = refuse_changes("messaging", "InviteRevision", "Voiding", "ChannelChoice")
_FOR_SOMEBODY = {
    "channelchoice": "channel_choice_is_for_somebody",
    "inviterevision": "invite_is_for_somebody",
    "message": "message_is_for_somebody",
    "voiding": "voiding_is_for_somebody",
}


def _somebody(model: str, constraint: str) -> list[migrations.operations.base.Operation]:
    """Return what lets a table name a guest where it named a patient."""
    patient = models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="patients.patient",
    )
    is_somebody = models.Q(patient__isnull=False) | models.Q(guest_id__isnull=False)
    return [
        migrations.AddField(model, "guest_id", models.UUIDField(null=True)),
        migrations.AlterField(model, "patient", patient),
        migrations.AddConstraint(
            model, models.CheckConstraint(condition=is_somebody, name=constraint)
        ),
    ]


class Migration(migrations.Migration):
    """Guests are written to as well: people who booked a visit before they were registered.

    SQLite makes altered tables anew, so their guards are lifted first and put back at the end.
    """

    dependencies = [
        ("accounts", "0004_device_feed"),
        ("messaging", "0002_append_only"),
        ("patients", "0002_append_only"),
    ]

    operations = [
        migrations.RunPython(_GUARD.reverse_code, _GUARD.code),
        migrations.CreateModel(
            name="GuestContact",
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
                ("guest_id", models.UUIDField()),
                ("name", models.CharField(max_length=200)),
                ("channel", models.CharField(max_length=10)),
                ("address", models.CharField(max_length=254)),
                ("may_use", models.BooleanField(null=True)),
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
                "indexes": [models.Index(fields=["guest_id", "at"], name="guest_contact_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(channel__in=["sms", "email"]) & ~models.Q(address=""),
                        name="guest_contact_has_a_way",
                    )
                ],
            },
        ),
        *(step for pair in _FOR_SOMEBODY.items() for step in _somebody(*pair)),
        migrations.AddIndex(
            model_name="channelchoice",
            index=models.Index(
                fields=["guest_id", "channel", "at"], name="channel_choice_of_guest"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(guest_id__isnull=False),
                fields=["guest_id"],
                name="message_by_guest",
            ),
        ),
        refuse_changes("messaging", "InviteRevision", "Voiding", "ChannelChoice", "GuestContact"),
    ]
