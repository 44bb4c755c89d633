"""What merged records say together: on the patient's page and in the consulting room."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yilu.clinical.selectors.joined import joined_history
from yilu.platform.web.http import ActorRequest


@require_safe
def joined(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """Nothing for a patient into whom nobody was merged."""
    found = joined_history(request.actor, patient_id)
    groups = (
        [
            (_("Allergies"), found.allergies),
            (_("Problems"), found.problems),
            (_("Medicines"), found.medicines),
            (_("Visits"), found.visits),
            (_("Background"), found.background),
        ]
        if found
        else []
    )
    return render(request, "clinical/_joined.html", {"joined": found, "groups": groups})
