"""Timers that have come due by clinic time."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from yilu.platform import clock, given_up, timers
from yilu.platform.db import deed
from yilu.platform.models import Timer, TimerState
from yilu.platform.timers import Due
from yilu.platform.worker.failures import MOST_TRIES, next_try, trace

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=120)
_NOBODY = "-"  # SQL knows no empty list.


def run_next_due(*, slow: bool | None = None, raising: bool = False) -> bool:
    """Do what one due timer asks for; False when none is due.

    What is done and the mark that it is done are one transaction, unless the handler is slow.
    Three queries besides the handler's own. `slow`: only those whose handlers are, or only the
    others. `raising` is for tests.
    """
    with deed():
        timer = _claimed(slow=slow)
        if timer is None:
            return False
        handler = timers.handlers.get(timer.handler)
        if handler is None or not handler.slow:
            _run_here(timer, raising=raising)
            return True
        _lease(timer)
    _run_outside(timer, raising=raising)
    return True


def condition(*, slow: bool) -> str:
    """What holds, as SQL, while a timer is due whose handler is slow, or one of the others."""
    names = ", ".join(f"'{name}'" for name in [_NOBODY, *_calling()])
    return f"""EXISTS (SELECT FROM platform_timer WHERE state = '{TimerState.WAITING}'
        AND due_at <= %(clinic_now)s AND next_at <= %(now)s
        AND handler {"" if slow else "NOT"} IN ({names}))"""


def _calling() -> list[str]:
    return [name for name, one in timers.handlers.items() if one.slow]


def _claimed(*, slow: bool | None) -> Timer | None:
    found = Timer.objects.select_for_update(skip_locked=True).filter(
        state=TimerState.WAITING, due_at__lte=clock.now(), next_at__lte=clock.machine_now()
    )
    if slow is not None:
        mine = Q(handler__in=_calling())
        found = found.filter(mine if slow else ~mine)
    return found.order_by("due_at").first()


def _run_here(timer: Timer, *, raising: bool) -> None:
    # Marked before it runs, because the handler may set the same timer anew.
    _end(timer, TimerState.DONE)
    try:
        with transaction.atomic():
            timers.handlers[timer.handler].run(_due(timer))
    except Exception as error:
        if raising:
            raise
        _failed(timer, error)


def _lease(timer: Timer) -> None:
    timer.tries, timer.next_at = timer.tries + 1, clock.machine_now() + LEASE
    timer.save(update_fields=["tries", "next_at"])


def _run_outside(timer: Timer, *, raising: bool) -> None:
    """Run a slow handler under a lease: if we die, somebody else tries when the lease is over."""
    try:
        timers.handlers[timer.handler].run(_due(timer))
    except Exception as error:
        if raising:
            raise
        timer.tries -= 1
        _failed(timer, error, leased=True)
    else:
        _end(timer, TimerState.DONE, leased=True)


def _end(timer: Timer, state: TimerState, *, leased: bool = False) -> None:
    rows = Timer.objects.filter(pk=timer.pk)
    if leased:  # Cancelled or set anew meanwhile: leave it as it is.
        rows = rows.filter(state=TimerState.WAITING, next_at=timer.next_at)
    rows.update(state=state, done_at=clock.machine_now())


def _failed(timer: Timer, error: Exception, *, leased: bool = False) -> None:
    rows = Timer.objects.filter(pk=timer.pk)
    if leased:
        rows = rows.filter(state=TimerState.WAITING, next_at=timer.next_at)
    tries = timer.tries + 1
    dead = tries >= MOST_TRIES
    rows.update(
        state=TimerState.DEAD if dead else TimerState.WAITING,
        done_at=clock.machine_now() if dead else None,
        tries=tries,
        error=trace(error),
        next_at=next_try(tries),
    )
    if dead:
        given_up.tell_pages()
    log.warning("timer_failed", extra={"handler": timer.handler, "error": trace(error)})


def _due(timer: Timer) -> Due:
    return Due(timer.key, timer.subject_id, timer.site_id, timer.due_at, timer.body)
