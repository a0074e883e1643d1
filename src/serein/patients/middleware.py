"""The patient is in the address: found within the actor's own site, and the visit is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404

from serein.audit import actions as audit
from serein.core.errors import NotFound
from serein.patients import queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse


class PatientInAddress:
    """Puts ``request.patient`` on every address with a ``patient_id``; anyone else's is a 404."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> None:
        patient_id = kwargs.get("patient_id")
        if patient_id is None or not request.user.is_authenticated:
            return
        try:
            request.patient = queries.patient_for(request.site_id, patient_id)
        except NotFound:
            raise Http404 from None
        if request.method == "GET" and not getattr(view, "is_poll", False):
            audit.record_read(
                by=request.actor,
                at=request.at,
                what=request.resolver_match.view_name,
                patient_id=patient_id,
            )
