"""A patient with a wish, and the people who treat them."""

from typing import Any
from uuid import UUID

from yilu.aesthetics.operations.beginning import Wanted, begin_session
from yilu.aesthetics.operations.consulting import Told, write_consultation
from yilu.aesthetics.operations.sessions import Done, record_pass
from yilu.aesthetics.rules.screening import questions
from yilu.clinical.operations.consents import sign_as_second
from yilu.clinical.selectors.context import setting
from yilu.clinical.tests.consents import page_of, signed
from yilu.clinical.tests.factories import Room, make_room
from yilu.clinical.web.sealed import context_of
from yilu.facility.models import Device
from yilu.platform.ids import new_id

__all__ = ["Room", "agreed", "answered", "begun", "consulted", "make_room", "passed", "sealed"]


def answered(**said: str) -> dict[str, dict[str, str]]:
    """No to everything but what is said: `yes`, `unknown`, or the day of the last time."""
    found = {key: {"answer": "no"} for key in questions()}
    for key, word in said.items():
        is_day = word[:2] == "20"
        found[key] = {"answer": "yes", "on": word} if is_day else {"answer": word}
    return found


def consulted(room: Room, *kinds: str, skin_type: str = "3", **said: str) -> UUID:
    """A consultation in which nothing stands against treatment unless it is said."""
    told = Told(
        wish="淡化面部色斑",
        areas=("cheek_r", "cheek_l"),
        kinds=kinds or ("ipl",),
        skin_type=skin_type,
        answers=answered(**said),
    )
    return write_consultation(actor=room.doctor, visit_id=room.visit_id, told=told)


def sealed(room: Room, **fields: Any) -> dict[str, Any]:
    """The fields of a form made for this patient."""
    context = context_of(setting(room.doctor, room.visit_id))
    return {"context": context, "request_key": str(new_id()), **fields}


def make_device(room: Room, kind: str = "ipl") -> UUID:
    """A device of that kind at the site of the room."""
    name = {"zh-Hans": "强脉冲光治疗仪 1 号", "en": "Pulsed light 1"}
    facts = {"name": name, "kind": kind}
    made, _is_new = Device.objects.get_or_create(
        site_id=room.site_id, key=kind.replace("_", "-"), defaults=facts
    )
    return made.pk


def agreed(room: Room, template: str = "laser") -> UUID:
    """A consent that patient and doctor have signed."""
    if template == "laser":
        return signed(room, template, site="面部", device="强脉冲光")
    made = signed(room, template)
    digest = page_of(room, made).digest
    sign_as_second(actor=room.nurse, consent_id=made, digest=digest)
    return made


def wanted(room: Room, kind: str = "ipl", **facts: Any) -> Wanted:
    """A session for which everything is as it should be."""
    device = facts.pop("device_id", None) or make_device(room, kind)
    usual = {"areas": ("cheek_r", "cheek_l"), "test_spot": "earlier", "has_shield": True}
    return Wanted(kind=kind, **usual | {"device_id": device} | facts)


def begun(room: Room, kind: str = "ipl", **facts: Any) -> UUID:
    """A session that runs."""
    about = wanted(room, kind, **facts)
    return begin_session(actor=room.nurse, visit_id=room.visit_id, wanted=about)


IPL = {"filter": "560", "fluence": "15", "sub_pulses": "2", "width": "4"}


def passed(room: Room, session_id: UUID, area: str = "cheek_r", **facts: Any) -> UUID:
    """One pass of pulsed light."""
    done = Done(area, {**IPL, **facts.pop("parameters", {})}, **facts)
    return record_pass(actor=room.nurse, session_id=session_id, done=done)
