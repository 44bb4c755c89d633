"""What staff do about a wait that is too long: say why, and offer what the clinic offers then."""

from uuid import UUID

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.queueing import permissions
from yilu.queueing.errors import NoLongWait, UnknownAmends
from yilu.queueing.events import LongWaitExplained, LongWaitResumed
from yilu.queueing.models import Amends, LongWait
from yilu.queueing.operations.long_wait_words import record_and_tell
from yilu.queueing.states import LongWaitState, WaitEnd, WaitReason, check_wait_move

_EXPLAINED = [
    "state", "reason", "note", "amends", "was_taken", "explained_at", "explained_by", "version",
]  # fmt: skip


@operation
def explain_wait(
    *,
    actor: Actor,
    long_wait_id: UUID,
    reason: WaitReason,
    note: str = "",
    amends_id: UUID | None = None,
    was_taken: bool = False,
    version: int | None = None,
) -> None:
    """Note that the wait was explained to the patient, why it was so long, and what was offered.

    The reason may also be given when the wait is over, and given otherwise later: for the report.
    Five queries.

    Raises:
        NoLongWait: the check-in was taken back. UnknownAmends, Stale.
    """
    one = _hold(actor, long_wait_id, version)
    if one.end == WaitEnd.WITHDRAWN:
        raise NoLongWait
    was_open = one.state == LongWaitState.OPEN
    if was_open:
        check_wait_move(one.state, LongWaitState.EXPLAINED)
        one.state = LongWaitState.EXPLAINED
    one.reason, one.note = reason, note.strip()
    one.amends = _amends(one.site_id, amends_id)
    one.was_taken = bool(amends_id) and was_taken
    one.explained_at, one.explained_by_id = clock.now(), actor.user_id
    one.version += 1
    one.save(update_fields=_EXPLAINED)
    event = LongWaitExplained if was_open else None
    record_and_tell(actor, one, "explained", event, note=one.note, amends=dict(one.amends))


@operation
def take_back_explanation(*, actor: Actor, long_wait_id: UUID, version: int | None = None) -> None:
    """Take an explanation back: the wait is to be explained again, if it still goes on.

    Nothing happens when there is none.
    """
    one = _hold(actor, long_wait_id, version)
    if not one.reason:
        return
    target = LongWaitState.OPEN if one.ended_at is None else LongWaitState.OVER
    if one.state == LongWaitState.EXPLAINED:
        check_wait_move(one.state, target)
        one.state = target
    one.reason, one.note, one.amends, one.was_taken = "", "", Localized(), False
    one.explained_at, one.explained_by_id = None, None
    one.version += 1
    one.save(update_fields=_EXPLAINED)
    event = LongWaitResumed if one.state == LongWaitState.OPEN else None
    record_and_tell(actor, one, "explanation_taken_back", event)


def _hold(actor: Actor, long_wait_id: UUID, version: int | None) -> LongWait:
    one = LongWait.objects.select_for_update().filter(pk=long_wait_id).first()
    if one is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, one.site_id)
    actor.require(permissions.EXPLAIN, one.site_id)
    check_version(one, version)
    return one


def _amends(site_id: UUID, amends_id: UUID | None) -> Localized:
    if amends_id is None:
        return Localized()
    found = Amends.objects.filter(pk=amends_id, site_id=site_id, retired_at=None).first()
    if found is None:
        raise UnknownAmends
    return Localized(found.name)
