"""The timeline of an incident: what was done, at which true time, by whom."""

from datetime import datetime, timedelta
from uuid import UUID

from yilu.platform import clock, undo
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.reception.errors import AlreadyNoted, BuiltUpon, NothingNoted, TimeCannotBe
from yilu.reception.events import IncidentDeedDone, IncidentDeedStruck
from yilu.reception.models import Incident, IncidentEntry
from yilu.reception.operations.holding import check_open, held, record, tell
from yilu.reception.scripts import COMING, Deed, script_of

NOTED = "reception.incident.noted"
BEFORE = timedelta(hours=1)


@operation
def note_deed(
    *,
    actor: Actor,
    incident_id: UUID,
    deed: str = "",
    text: str = "",
    at: datetime | None = None,
) -> UUID:
    """Write down what was done, now or at the time when it was; gives back the way back.

    Two colleagues who write down the same at once: the second is told so. Whoever says twice
    that they are on the way has said it once. Seven queries.

    Raises:
        NotFound, NotAllowed, IncidentOver.
        NothingNoted: neither a deed of the script nor a word.
        TimeCannotBe: in the future, or more than an hour before it began.
        AlreadyNoted: that is in the timeline, and is done once only.
    """
    incident = held(actor, incident_id)
    check_open(incident)
    said = script_of(incident.kind).deed(deed) if deed else None
    text = text.strip()
    if (deed and said is None) or not (said or text):
        raise NothingNoted
    now = clock.now()
    done_at = at or now
    if not incident.opened_at - BEFORE <= done_at <= now:
        raise TimeCannotBe
    if said is not None:
        _check_once(incident, said, actor)
    entry = IncidentEntry(
        incident=incident,
        site_id=incident.site_id,
        clinic_day=incident.clinic_day,
        deed=deed,
        text=text,
        at=done_at,
        recorded_at=now,
        by_id=actor.user_id,
    )
    entry.save(force_insert=True)
    record(actor, incident, "noted", deed=deed, at=done_at)
    step = said.step if said else ""
    tell(actor, incident, IncidentDeedDone(incident.pk, entry.pk, deed, step))
    return undo.offer(actor, NOTED, entry, site_id=incident.site_id)


@operation
def undo_note_deed(*, actor: Actor, undo_id: UUID) -> None:
    """Strike a line of the timeline out: it stays readable, and counts as not done.

    Raises: NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, BuiltUpon, IncidentOver.
    """
    offered = undo.take_back(actor, undo_id, NOTED)
    found = IncidentEntry.objects.filter(pk=offered.subject_id)
    incident_id = found.values_list("incident_id", flat=True).first()
    if incident_id is None:
        raise NotFound
    incident = held(actor, incident_id)
    check_open(incident)
    entry = found.select_for_update().get()
    if entry.struck_at is not None:
        raise BuiltUpon
    entry.struck_at = clock.now()
    entry.version += 1
    entry.save(update_fields=["struck_at", "version"])
    record(actor, incident, "struck", deed=entry.deed)
    said = script_of(incident.kind).deed(entry.deed)
    step = said.step if said else ""
    tell(actor, incident, IncidentDeedStruck(incident.pk, entry.pk, entry.deed, step))


def _check_once(incident: Incident, said: Deed, actor: Actor) -> None:
    before = incident.entries.filter(deed=said.key, struck_at=None)
    if said.key == COMING:
        before = before.filter(by_id=actor.user_id)
    elif said.many:
        return
    if before.exists():
        raise AlreadyNoted
