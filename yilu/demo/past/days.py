"""A whole day of the story, told as rows: every visit, with what was written and paid at it."""

from yilu.demo.past.charging import Charger
from yilu.demo.past.recording import Recorder
from yilu.demo.past.stepping import Stepper
from yilu.demo.past.telling import Teller
from yilu.demo.people import ADULT, CHILD
from yilu.demo.reference import Reference
from yilu.demo.story import Doctor, Offer, Setting, day_story

CHILD_DEPARTMENT = "paediatrics"


def tell_day(seed: int, setting: Setting, teller: Teller, stepper: Stepper | None) -> int:
    """Tell the teller's day into its batch, with the steps of each visit if a stepper is given.

    Gives back how many visits there were. No query.
    """
    recorder, charger = Recorder(teller), Charger(teller)
    reference = teller.reference
    doctors = _doctors(reference)
    pools = {doctor.key: doctor.pool for doctor in doctors}
    told_visits = 0
    story = day_story(
        seed=seed,
        day=teller.day.day,
        doctors=doctors,
        patients=teller.register.birthdays,
        desks={key: site.desks for key, site in reference.sites.items()},
        setting=setting,
    )
    for visit in story:
        told = teller.tell(visit, pools[visit.doctor])
        if told is None:
            continue
        told_visits += 1
        items = recorder.record(told)
        charger.charge(told, items)
        if stepper is not None:
            stepper.step(told, with_medicine=bool(items))
    return told_visits


def _doctors(reference: Reference) -> list[Doctor]:
    hours = reference.plan.hours.minutes
    return [
        Doctor(
            key=one.staff_no,
            site=one.site,
            hours=hours,
            offers=tuple(_offer(reference, key) for key in one.services),
            pace=one.pace,
            popularity=one.asked_for,
            assesses=reference.services[one.services[0]].wants_assessment,
            pool=CHILD if one.department == CHILD_DEPARTMENT else ADULT,
        )
        for one in reference.plan.practitioners
    ]


def _offer(reference: Reference, key: str) -> Offer:
    service = reference.services[key]
    return Offer(key, service.minutes, service.buffer_before + service.buffer_after)
