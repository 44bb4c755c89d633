"""That something was typed or ordered first at a visit. For the deeds of this app and above."""

from uuid import UUID

from yilu.clinical.models import Listening
from yilu.platform import clock


def note_typed(visit_id: UUID) -> None:
    """The first words of a note at a visit whose listening is measured. One query."""
    Listening.objects.filter(visit_id=visit_id, typed_at=None).update(typed_at=clock.now())


def note_ordered(visit_id: UUID) -> None:
    """The first order of a visit whose listening is measured. One query."""
    Listening.objects.filter(visit_id=visit_id, ordered_at=None).update(ordered_at=clock.now())
