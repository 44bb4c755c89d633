"""At the desk and in every queue: arriving, calling, starting, finishing."""

from yilu.demo.players.deciding import Due
from yilu.demo.players.pages import NO
from yilu.demo.players.stage import Stage
from yilu.demo.players.wire import Refused


def arrive(stage: Stage, due: Due) -> None:
    """The desk receives somebody who has booked."""
    _arrive(stage, due, stage.token("front_desk"))


def arrive_alone(stage: Stage, due: Due) -> None:
    """Somebody who has booked types the code at the door."""
    _arrive(stage, due, stage.crew.phone())


def _arrive(stage: Stage, due: Due, token: str) -> None:
    # Nobody here is ill in that way.
    booking = f"/bookings/{due.subject}"
    asked = stage.wire.api(token, "GET", f"{booking}/entry-questions")["items"]
    body = {"screening": {one["key"]: NO for one in asked}} if asked else {}
    stage.wire.api(token, "POST", f"{booking}/arrive", body=body, key=due.key)


def cancel(stage: Stage, due: Due) -> None:
    """A patient calls off, by phone."""
    path = f"/bookings/{due.subject}/cancel"
    body = {"reason": "came_up"}
    stage.wire.api(stage.crew.phone(), "POST", path, body=body, key=due.key)


def call(stage: Stage, due: Due) -> None:
    """Whoever serves calls the next by the product's own rule."""
    if due.station is None:
        raise Refused(0, "no station")
    path = f"/queues/{due.station.queue_id}/call-next"
    body = {"station": str(due.station.id)}
    stage.wire.api(stage.crew.token(stage.at_station(due)), "POST", path, body=body)


def start(stage: Stage, due: Due) -> None:
    """The called patient stands in the door."""
    _ticket_deed(stage, due, "start", stage.crew.session(stage.at_station(due)))


def skip(stage: Stage, due: Due) -> None:
    """Nobody came when called."""
    token = stage.crew.token(stage.at_station(due))
    stage.wire.api(token, "POST", f"/tickets/{due.subject}/skip", key=due.key)


def requeue(stage: Stage, due: Due) -> None:
    """Somebody who missed a call is at the desk, and waits again."""
    _ticket_deed(stage, due, "requeue", stage.session("front_desk"))


def finish(stage: Stage, due: Due) -> None:
    """What a number was for is done."""
    token = stage.crew.token(stage.at_station(due))
    stage.wire.api(token, "POST", f"/tickets/{due.subject}/finish", key=due.key)


def _ticket_deed(stage: Stage, due: Due, name: str, session: str) -> None:
    version = str(due.ticket.version) if due.ticket else ""
    stage.wire.send(session, f"/queueing/tickets/{due.subject}/{name}", {"version": version})
