"""Predicting: one booking when it is made, all that are to come every day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.prediction import permissions
from yilu.prediction.models import Risk
from yilu.prediction.selectors.features import Known, coming_bookings, known_bookings
from yilu.prediction.selectors.policy import policy
from yilu.prediction.selectors.scored import Scored, scored
from yilu.prediction.selectors.stored import InUse, usable_model

DAYS_AHEAD = timedelta(days=14)


@operation
def score_bookings(*, actor: Actor, booking_ids: Iterable[UUID]) -> int:
    """Predict for these bookings; gives back for how many. Three queries.

    Nothing is predicted without a model that is fit for use. Twice changes nothing.
    """
    actor.require_anywhere(permissions.SEE)
    model = usable_model()
    return len(_write(model, known_bookings(booking_ids))) if model else 0


@operation
def score_coming(*, actor: Actor, today: date) -> int:
    """Predict for every booking of the coming two weeks; gives back for how many. Three queries."""
    actor.require_anywhere(permissions.SEE)
    model = usable_model()
    return len(_write(model, coming_bookings(today, today + DAYS_AHEAD))) if model else 0


def _write(model: InUse, found: Sequence[Known]) -> list[Scored]:
    lines = scored(model, found, policy())
    now = clock.now()
    Risk.objects.bulk_create(
        [
            Risk(
                booking_id=one.known.id,
                site_id=one.known.site_id,
                clinic_day=one.known.clinic_day,
                model_id=model.id,
                chance=one.chance,
                tier=one.tier,
                scored_at=now,
            )
            for one in lines
        ],
        update_conflicts=True,
        unique_fields=["booking"],
        update_fields=["site", "clinic_day", "model", "chance", "tier", "scored_at"],
    )
    return lines
