"""How a message leaves the house. A new way is a class with `send`, named in the settings."""

from __future__ import annotations

import json
import os
import smtplib
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.module_loading import import_string

from serein.messaging.rules import Channel

if TYPE_CHECKING:
    from uuid import UUID

    from django.core.mail.backends.base import BaseEmailBackend


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything a sender needs. ``calendar`` is an invite with its method, for e-mail only."""

    message_id: UUID
    number: int
    address: str
    subject: str
    text: str
    stop_url: str = ""
    calendar: bytes = b""
    method: str = ""


class NotDelivered(Exception):
    """The message certainly did not leave. ``is_final``: trying again would not help."""

    def __init__(self, because: str, *, is_final: bool = False) -> None:
        super().__init__(because)
        self.because, self.is_final = because, is_final


class MaybeDelivered(Exception):
    """The line broke after the message was handed over: nobody knows whether it arrived."""


class Sender(Protocol):
    """Hands a message to whoever carries it further."""

    def send(self, parcel: Parcel) -> None:
        """Hand over one message; a return means that it was accepted.

        :raises NotDelivered: it was certainly not accepted
        :raises MaybeDelivered: it may have been
        """
        ...


class ConsoleSender:
    """Writes text messages to the standard output, for developers."""

    def send(self, parcel: Parcel) -> None:
        """Print the message."""
        sys.stdout.write(f"[text to {parcel.address}] {parcel.text}\n")


class FileSender:
    """Writes each text message to a file of its own in the data folder, as the demo does."""

    def send(self, parcel: Parcel) -> None:
        """Write the file; the name holds the message and the attempt, so nothing is overwritten."""
        folder = Path(settings.SEREIN_SMS_FOLDER)
        content = json.dumps({"to": parcel.address, "text": parcel.text}, ensure_ascii=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{parcel.message_id}-{parcel.number}.json"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise NotDelivered(
                f"The folder for texts cannot be written: {error.strerror}"
            ) from error
        with os.fdopen(descriptor, "w") as file:
            file.write(content)


class EmailSender:
    """Sends by Django's mail settings."""

    def send(self, parcel: Parcel) -> None:
        """Open the line first, so that a fault there is known to come before the message."""
        try:
            mail, connection = self._mail(parcel), get_connection()
            connection.open()
        except (OSError, ImproperlyConfigured) as error:
            because = f"The mail server cannot be reached: {type(error).__name__}"
            raise NotDelivered(because) from error
        try:
            self._send(connection, mail)
        finally:
            with suppress(OSError):
                connection.close()

    @staticmethod
    def _send(connection: BaseEmailBackend, mail: EmailMultiAlternatives) -> None:
        # All errors of smtplib are OSErrors too, so what is certain is caught first.
        try:
            connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            is_final = all(code >= 500 for code in codes)
            raise NotDelivered("The address was refused", is_final=is_final) from error
        except smtplib.SMTPResponseException as error:
            because = f"The mail server answered {error.smtp_code}"
            raise NotDelivered(because, is_final=error.smtp_code >= 500) from error
        except (smtplib.SMTPNotSupportedError, ValueError) as error:
            because = f"The address cannot be used: {type(error).__name__}"
            raise NotDelivered(because, is_final=True) from error
        except OSError as error:
            raise MaybeDelivered(type(error).__name__) from error

    @staticmethod
    def _mail(parcel: Parcel) -> EmailMultiAlternatives:
        mail = EmailMultiAlternatives(
            subject=parcel.subject,
            body=parcel.text,
            to=[parcel.address],
            headers={"List-Unsubscribe": f"<{parcel.stop_url}>"} if parcel.stop_url else {},
        )
        if parcel.calendar:
            kind = f"text/calendar; method={parcel.method}"
            mail.attach_alternative(parcel.calendar.decode(), kind)
        return mail


def sender_for(channel: Channel) -> Sender:
    """Return who carries a channel: Django's mail, or the class that the settings name."""
    if channel is Channel.EMAIL:
        return EmailSender()
    sender: Sender = import_string(settings.SEREIN_SMS_SENDER)()
    return sender
