"""How a treatment in series is held for a change, and told of. Only operations call this."""

from uuid import UUID

from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version
from yilu.platform.errors import NotAllowed, NotFound
from yilu.scheduling import permissions
from yilu.scheduling.models import Series, Sitting
from yilu.scheduling.selectors.topics import series_topic


def hold_series(
    actor: Actor, series_id: UUID, version: int | None = None
) -> tuple[Series, list[Sitting]]:
    """Lock a treatment for a change. Two queries. Raises: NotFound, NotAllowed, Stale."""
    series = Series.objects.select_for_update(no_key=True).filter(pk=series_id).first()
    if series is None:
        raise NotFound
    if not actor.may(permissions.CHANGE, series.site_id):
        actor.require_to_see(permissions.SEE, series.site_id)
        raise NotAllowed(permission=permissions.CHANGE)
    check_version(series, version)
    found = Sitting.objects.filter(series=series).select_related("booking").order_by("position")
    return series, list(found)


def write_series(actor: Actor, series: Series, deed: str, event: object) -> None:
    """Record what was done to a treatment, and tell of it."""
    audit.record(
        actor,
        f"scheduling.series.{deed}",
        series,
        site_id=series.site_id,
        patient_id=series.patient_id,
        bookings=[str(one) for one in getattr(event, "booking_ids", ())],
    )
    outbox.publish(
        event,
        actor=actor,
        site_id=series.site_id,
        subject=series,
        topics=[series_topic(series.site_id)],
    )
