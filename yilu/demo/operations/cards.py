"""Visit cards of the demonstration, one lost, one replaced; of two double records one merged."""

from datetime import timedelta
from uuid import UUID

from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.operations.staff import acting
from yilu.demo.plan import ClinicPlan
from yilu.demo.selectors.morning import callers
from yilu.patients.operations.cards import issue_card, replace_card, report_lost
from yilu.patients.operations.merges import merge_patients
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.selectors.patients import contact_of, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation

SITE = "south"
CARDS, LOST, REPLACED = 8, 2, 4
# So many of those who come call this morning.
CALLING = 8
FIRST = 80_000_100
GIVEN, MISSED = timedelta(days=12), timedelta(days=2)
DOUBLE_SINCE, MERGED = timedelta(days=9), timedelta(hours=1)
WHY = "同一人：姓名、出生日期和电话一致，上次电话预约时重复建档"


@operation
def give_cards(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> list[UUID]:
    """Give some who come soon a visit card; one is lost, and one has taken a lost one's place.
    Gives back whose they are."""
    able, now = acting(clinic, plan, SITE, "front_desk"), clock.now()
    found = callers(clinic.sites[SITE].id, now, CALLING + CARDS)[CALLING:]
    for n, one in enumerate(found):
        with clock.at(now - GIVEN):
            card_id = issue_card(actor=able, patient_id=one.patient_id, number=f"{FIRST + 7 * n}")
        if n in {LOST, REPLACED}:
            with clock.at(now - MISSED):
                report_lost(actor=able, card_id=card_id)
        if n == REPLACED:
            with clock.at(now - MISSED + timedelta(minutes=4)):
                replace_card(actor=able, card_id=card_id, number=f"{FIRST + 900 + n}")
    return [one.patient_id for one in found]


@operation
def merge_double(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> UUID | None:
    """Have two people been recorded twice: of one the records were made one this morning, of the
    other both still stand. The merge, if there was anybody."""
    able, now = acting(clinic, plan, SITE, "front_desk"), clock.now()
    found = callers(clinic.sites[SITE].id, now, CALLING + 2)[CALLING:]
    doubles = [(one.patient_id, _double(able, clinic, one.patient_id)) for one in found]
    for survivor, merged in doubles[:1]:
        with clock.at(now - MERGED):
            return merge_patients(actor=able, survivor_id=survivor, merged_id=merged, reason=WHY)
    return None


def _double(able: Actor, clinic: BuiltClinic, patient_id: UUID) -> UUID:
    """Somebody once more, as a clerk typed them who did not look first."""
    brief = patient_briefs(able, [patient_id], "demo")[patient_id]
    contact = contact_of(patient_id)
    facts = PatientFacts(
        name=brief.name.written,
        sex=brief.sex,
        born_on=brief.born_on,
        phone=contact.phone if contact else "",
    )
    with clock.at(clock.now() - DOUBLE_SINCE):
        return register_patient(actor=able, site_id=clinic.sites[SITE].id, facts=facts)
