"""On the way with a guide: coming on duty, bringing people, confirming that they are there."""

from uuid import UUID

from yilu.demo.players.deciding import RECEIVES, Due
from yilu.demo.players.stage import Stage
from yilu.demo.players.wire import Refused


def duty(stage: Stage, due: Due) -> None:
    """Every guide of the site comes on duty."""
    for user_id in sorted(stage.crew.holders("guide", stage.place.id)):
        stage.wire.send(stage.crew.session(user_id), f"/guiding/{stage.place.key}/on-duty", {})


def take(stage: Stage, due: Due) -> None:
    """The guide who was given somebody goes to them; what is nobody's, the first one takes."""
    _press(stage, due, "take", _guide(stage, due))


def there(stage: Stage, due: Due) -> None:
    """The guide says that they are there."""
    _press(stage, due, "there", _guide(stage, due))


def receive(stage: Stage, due: Due) -> None:
    """Somebody of the place confirms."""
    if due.way is None:
        raise Refused(0, "no way")
    _press(stage, due, "received", stage.who(RECEIVES[due.way.destination]))


def _guide(stage: Stage, due: Due) -> UUID:
    given = due.way.guide_id if due.way else None
    return given or min(stage.seen.guides)


def _press(stage: Stage, due: Due, deed: str, user_id: UUID) -> None:
    version = str(due.way.version) if due.way else ""
    path = f"/guiding/tasks/{due.subject}/{deed}"
    stage.wire.send(stage.crew.session(user_id), path, {"version": version})
