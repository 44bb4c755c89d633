"""Before a kiosk: checking in with the code of the booking; and the kiosk, which says it lives."""

from uuid import UUID

from yilu.demo.players.deciding import Due
from yilu.demo.players.deeds import desk
from yilu.demo.players.stage import Stage
from yilu.demo.players.wire import Refused
from yilu.reception.passes import pass_of


def arrive_at_kiosk(stage: Stage, due: Due) -> None:
    """Somebody holds the code of their booking before the reader, and checks in. Whom the kiosk
    cannot help goes to the desk."""
    session, base = _at(stage, due)
    try:
        stage.wire.send(session, f"{base}/scan", {"code": pass_of(due.subject)})
        form = stage.wire.form(session, f"{base}/me", "/check-in")
        for asked in stage.wire.send(session, f"{base}/check-in", form.fields):
            if answers := asked.denied():
                stage.wire.send(session, f"{base}/check-in", asked.fields | answers)
    except Refused:
        desk.arrive(stage, due)


def live(stage: Stage, due: Due) -> None:
    """The page of a kiosk says that it stands there."""
    session, base = _at(stage, due)
    stage.wire.send(session, f"{base}/alive", {})


def _at(stage: Stage, due: Due) -> tuple[str, str]:
    user_id: UUID | None = due.errand.of_id if due.errand else None
    if user_id is None:
        raise Refused(0, "no kiosk")
    return stage.crew.session(user_id), f"/kiosk/{stage.place.key}"
