"""Who an entry speaks of: references resolved inside the file, never by the display name."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from serein.fhir.mappers.parts import Malformed, part_of, text_of
from serein.fhir.rules.facts import Source, Subject

if TYPE_CHECKING:
    from serein.fhir.rules.reading import Document, Entry, Resource

_LASTING = ("urn:uuid:", "urn:oid:", "http://", "https://")


class Index:
    """The resources of one file by every address they may be called."""

    def __init__(self, document: Document) -> None:
        self.by_address: dict[str, Entry] = {}
        self.patient_keys: dict[int, str] = {}
        for entry in document.entries:
            for address in _addresses(entry):
                self.by_address.setdefault(address, entry)

    def found(self, reference: str) -> Entry | None:
        """Return what a reference points at in this file, whatever version it names."""
        return self.by_address.get(reference.partition("/_history/")[0])

    def subject(self, resource: Resource, name: str) -> Subject:
        """Return the patient of an entry.

        :raises Malformed: no reference, or one to something that is no patient
        """
        holder = part_of(resource, name)
        reference = text_of(holder, "reference", at_most=400)
        if reference:
            return self._by_reference(reference)
        identifier = part_of(holder, "identifier")
        pair = (text_of(identifier, "system", at_most=255), text_of(identifier, "value"))
        if all(pair):
            return Subject(identifier=pair)
        raise Malformed(f"{name} does not say which patient")

    def _by_reference(self, reference: str) -> Subject:
        entry = self.found(reference)
        if entry is None:
            return Subject(key=reference if reference.startswith(_LASTING) else "")
        kind = entry.resource["resourceType"]
        if kind != "Patient":
            raise Malformed(f"it refers to a {kind[:40]} as its patient")
        return Subject(key=self.patient_keys.get(id(entry), ""))


def _addresses(entry: Entry) -> tuple[str, ...]:
    kind, given = entry.resource["resourceType"], entry.resource.get("id")
    relative = f"{kind}/{given}" if isinstance(given, str) and given else ""
    return tuple(address for address in (entry.full_url, relative) if address)


def source_of(entry: Entry, *, within: str) -> Source:
    """Say where a resource came from. ``within`` tells apart those without a lasting address.

    The fingerprint covers the whole resource, so that a later change of it is noticed.
    """
    plain = json.dumps(entry.resource, sort_keys=True, default=str, ensure_ascii=True)
    digest = hashlib.sha256(plain.encode()).hexdigest()
    kind, given = entry.resource["resourceType"], entry.resource.get("id")
    key = entry.full_url
    if not key.startswith(_LASTING):
        name = f"{kind}/{given}" if isinstance(given, str) and given else digest
        key = f"{within}|{name}"
    return Source(kind, entry.where, key[:800], digest)
