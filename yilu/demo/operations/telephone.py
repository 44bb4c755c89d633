"""The telephone of the demonstration: this morning's calls, one missed, one promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.operations.staff import acting
from yilu.demo.plan import ClinicPlan
from yilu.demo.selectors.morning import Caller, callers
from yilu.patients.selectors.patients import contact_of
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.phones import shown_phone
from yilu.reception import permissions
from yilu.reception.operations.call_backs import CallBackWish, ask_call_back
from yilu.reception.operations.calls import (
    begin_call,
    end_call,
    identify_caller,
    note_hung_up,
    note_ringing,
    take_call,
)
from yilu.reception.operations.lines import KnownLine, MadeLine, add_line, know_line
from yilu.reception.selectors.calls import phone_desk

NAME = "演示总机"
FACTS = ("name", "born")
MISSED, RETURNED, PROMISED = "missed", "returned", "promised"


@dataclass(frozen=True, slots=True)
class Rang:
    """A call: how many minutes before now, how long it rang and lasted, and what was said."""

    before: float
    seconds: int
    minutes: float
    need: str
    note: str
    what: str = ""


MORNING = (
    Rang(94, 7, 2.5, "change", "想改到下周，已告知可改的时间，晚上再定"),
    Rang(81, 6, 3.0, "book", "问初诊要带什么：身份证、既往病历、正在服的药"),
    Rang(66, 19, 1.5, "question", "问停车：院内地下一层，就诊减免两小时"),
    Rang(52, 24, 2.0, "question", "刚才没接上；已回电：明天的预约不变", RETURNED),
    Rang(38, 5, 3.5, "result", "想问化验结果，请医生看后回电", PROMISED),
    Rang(21, 8, 2.0, "question", "确认明天的预约时间，已复述"),
    Rang(8, 30, 0, "", "", MISSED),
)
ASKED_BACK = "请医生看过化验结果后回电"
PROMISE, RETURNED_AFTER = timedelta(minutes=45), timedelta(minutes=9)


@operation
def tell_calls(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> dict[str, MadeLine]:
    """Let a telephone system in at each site, and have a few people call this morning: answered,
    missed and returned, missed just now, promised a call. Gives back the systems by site."""
    able = actor.lent(permissions.SET_UP_TELEPHONE)
    made = {}
    for key, site in clinic.sites.items():
        made[key] = add_line(actor=able, site_id=site.id, name=NAME)
        clerk = acting(clinic, plan, key, "front_desk")
        desk = Desk(clerk, know_line(actor=able, key=made[key].key), clock.now())
        calling = callers(site.id, clock.now(), len(MORNING))
        for rang, caller in zip(MORNING, calling, strict=False):
            desk.tell(rang, caller)
    return made


@dataclass(frozen=True, slots=True)
class Desk:
    """Who picks up, and the system that tells of calls."""

    clerk: Actor
    line: KnownLine
    now: datetime

    def tell(self, rang: Rang, caller: Caller) -> None:
        """One call, each word at its time."""
        contact = contact_of(caller.patient_id)
        phone = contact.phone if contact else ""
        at = self.now - timedelta(minutes=rang.before)
        with clock.at(at):
            call_id = note_ringing(
                actor=self.line.actor, line_id=self.line.id, site_id=self.line.site_id,
                ref=f"morning-{rang.before:g}", phone=phone,
            )  # fmt: skip
        answered = at + timedelta(seconds=rang.seconds)
        if rang.what not in {MISSED, RETURNED}:
            self._talk(rang, caller, call_id, answered)
            return
        with clock.at(answered):
            note_hung_up(actor=self.line.actor, call_id=call_id)
        if rang.what == RETURNED:
            self._return(rang, caller, answered + RETURNED_AFTER)

    def _talk(self, rang: Rang, caller: Caller, call_id: UUID, at: datetime) -> None:
        with clock.at(at):
            take_call(actor=self.clerk, call_id=call_id)
        self._end(rang, caller, call_id, at)

    def _return(self, rang: Rang, caller: Caller, at: datetime) -> None:
        """Call back whoever was missed; there is only this one then."""
        site_id = self.line.site_id
        with clock.at(at):
            owed = phone_desk(self.clerk, site_id).due
            missed = next(one.id for one in owed if one.is_missed_call)
            call_id = begin_call(actor=self.clerk, site_id=site_id, phone="", call_back_id=missed)
        self._end(rang, caller, call_id, at)

    def _end(self, rang: Rang, caller: Caller, call_id: UUID, at: datetime) -> None:
        """Who it is, what is promised, and what was said."""
        with clock.at(at + timedelta(seconds=25)):
            identify_caller(
                actor=self.clerk, call_id=call_id, patient_id=caller.patient_id, identifiers=FACTS
            )
        with clock.at(at + timedelta(minutes=rang.minutes)):
            if rang.what == PROMISED:
                self._promise(caller)
            end_call(
                actor=self.clerk, call_id=call_id, need=rang.need, note=rang.note,
                was_read_back=True,
            )  # fmt: skip

    def _promise(self, caller: Caller) -> None:
        contact = contact_of(caller.patient_id)
        wish = CallBackWish(
            site_id=self.line.site_id,
            phone=shown_phone(contact.phone) if contact else "",
            due_at=self.now + PROMISE,
            reason=ASKED_BACK,
            patient_id=caller.patient_id,
        )
        ask_call_back(actor=self.clerk, wish=wish)
