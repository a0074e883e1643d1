"""What every table has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from uuid_utils.compat import uuid7

if TYPE_CHECKING:
    from collections.abc import Iterable


class Record(models.Model):
    """A row with an id that says when it was made, and nothing else, and cannot be guessed.

    Ids made by one process sort in the order of their making, also within one instant:
    rows that share a time are read back as they were written.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class CannotChange(TypeError):
    """The row is append-only: a correction is a new row that supersedes it."""


class AppendOnlyQuerySet(models.QuerySet["Any"]):
    """Refuses the bulk ways of changing an append-only table."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise CannotChange(self.model.__name__)

    def delete(self) -> NoReturn:
        raise CannotChange(self.model.__name__)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange(self.model.__name__)


class AppendOnly(Record):
    """A row that is written once. The database refuses changes too (see the migrations)."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        if not self._state.adding or force_update or update_fields:
            raise CannotChange(type(self).__name__)
        super().save(force_insert=True, using=using)

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        raise CannotChange(type(self).__name__)


class Transition(AppendOnly):
    """One step of a lifecycle: from where, by which move, to where, who, when and why.

    A subclass adds ``subject``, a foreign key with ``related_name="transitions"``.
    """

    from_state = models.CharField(max_length=30)
    move = models.CharField(max_length=30)
    to_state = models.CharField(max_length=30)
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        abstract = True
