"""New people: booking for today or the next days, and coming in without a booking."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from yilu.catalogue.selectors.services import ServiceInfo, performers, services
from yilu.demo.people import ADULT, CHILD, Person, make_people
from yilu.demo.players import habits
from yilu.demo.players.stage import Stage
from yilu.demo.players.wire import Refused
from yilu.demo.selectors.sight import somebody

NEW, FIRST_OF = 0.3, 40
NOTICE, SAME_DAY_HOURS, LATEST_DAYS = timedelta(minutes=35), 7, 12
CHILD_DEPARTMENT = "paediatrics"


def book(stage: Stage, subject: str, *, now: datetime, today: bool) -> None:
    """Somebody looks for a free time and takes it; another may have been quicker."""
    dice = habits.chance("wish", subject)
    service = dice.choice(_wished(stage, online=True))
    begin = now + NOTICE if today else now + timedelta(days=dice.randint(1, LATEST_DAYS))
    until = begin + timedelta(hours=SAME_DAY_HOURS if today else 24)
    asked = {
        "service": str(service.id),
        "site": str(stage.place.id),
        "from": begin.isoformat(),
        "to": until.isoformat(),
    }
    phone = stage.crew.phone()
    free = stage.wire.api(phone, "GET", "/free-slots", params=asked)["items"]
    if not free:
        return
    slot = dice.choice(free[:FIRST_OF])
    wish: dict[str, Any] = {name: slot[name] for name in ("starts_at", "practitioner", "site")}
    wish |= {"service": str(service.id), "channel": habits.channel(subject)}
    wish |= _who(stage, service, subject)
    stage.wire.api(phone, "POST", "/bookings", body=wish, key=f"book:{subject}")


def walk_in(stage: Stage, subject: str) -> None:
    """Somebody stands at the desk, who is asked for a name and given a number."""
    dice = habits.chance("walk-in", subject)
    service = _done_here(stage, dice)
    session = stage.session("front_desk")
    address = f"/reception/{stage.place.key}/walk-in"
    form = stage.wire.form(session, address, "/walk-in")
    fields = form.fields | {"service": str(service.id), "practitioner": ""}
    fields |= form.denied()
    known = None if dice.random() < NEW else _known(stage, service, subject)
    if known is not None:
        fields["patient"] = str(known)
    else:
        fields |= _typed(_made_up(stage, service, subject)) | {"consent": "on"}
    stage.wire.send(session, address, fields)


def _done_here(stage: Stage, dice: Random) -> ServiceInfo:
    """Something that somebody at this site does. Raises: Refused."""
    wished = _wished(stage, online=False)
    here = stage.crew.doctors_at(stage.place.id)
    for service in dice.sample(wished, len(wished)):
        if any(who in here for who, _minutes in performers(service.id)):
            return service
    raise Refused(0, "no service")


def _wished(stage: Stage, *, online: bool) -> list[ServiceInfo]:
    found = services(stage.place.id, online_only=online)
    wished = [one for one in found if online or one.minutes <= 30]
    if not wished:
        raise Refused(0, "no service")
    return wished


def _who(stage: Stage, service: ServiceInfo, subject: str) -> dict[str, Any]:
    if habits.chance("known", subject).random() >= NEW:
        known = _known(stage, service, subject)
        if known is not None:
            return {"patient": str(known)}
    person = _made_up(stage, service, subject)
    return {
        "is_first_visit": True,
        "new_patient": {
            "name": person.name,
            "sex": person.sex,
            "born_on": person.born_on.isoformat(),
            "phone": person.phone,
        },
    }


def _known(stage: Stage, service: ServiceInfo, subject: str) -> UUID | None:
    skip = int(400 * habits.chance("who", subject).random() ** 1.6)
    is_child = service.department_key == CHILD_DEPARTMENT
    return somebody(stage.place.id, stage.day, child=is_child, skip=skip)


def _made_up(stage: Stage, service: ServiceInfo, subject: str) -> Person:
    seed = habits.chance("new", subject).getrandbits(40)
    is_child = service.department_key == CHILD_DEPARTMENT
    pool = CHILD if is_child else ADULT
    made = make_people(seed=seed, children=is_child, adults=not is_child, today=stage.day)
    return made[pool][0]


def _typed(person: Person) -> dict[str, str]:
    return {
        "patient": "",
        "name": person.name,
        "phone": person.phone,
        "sex": person.sex,
        "born_on": person.born_on.isoformat(),
        "id_number": "",
    }
