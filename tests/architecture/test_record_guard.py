"""No page, paper, picture or answer shows a record to somebody who has nothing to do with it.

Every address of the clinical apps that names something is opened twice by a doctor who holds
every right and does not look after the patient: refused first, then let in for a stated reason.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from yilu.aftercare.models import FollowUp
from yilu.aftercare.operations.follow_ups import plan_follow_up
from yilu.clinical.tests.consents import signed
from yilu.clinical.tests.factories import another_doctor, drafted, prescribed
from yilu.clinical.tests.test_opinions import asked
from yilu.clinical.tests.test_opinions import planned as discussed
from yilu.clinical.tests.test_pages import browser
from yilu.clinical.tests.test_plans import proposed
from yilu.clinical.tests.test_procedures import planned
from yilu.dental.tests.factories import charted
from yilu.diagnostics.models import (
    CriticalValue,
    LabReport,
    OutsideReport,
    StudyImage,
    StudyReport,
    Trip,
)
from yilu.diagnostics.operations.criticals import acknowledge_critical, handle_critical
from yilu.diagnostics.operations.outside import Given, give_outside_report
from yilu.diagnostics.tests.lab_factories import Lab, reported
from yilu.diagnostics.tests.study_factories import make_post
from yilu.diagnostics.tests.study_factories import reported as study_reported
from yilu.facility.models import Site
from yilu.intake.operations.pretriage import Complaint, ask_where
from yilu.pharmacy.operations.opening import open_dispense
from yilu.pharmacy.tests.factories import WORKER
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.portal.tests.test_reports import PNG
from yilu.records.operations.openings import open_record
from yilu.records.tests.archives import filed
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import begin_care, close_visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.covers("C13"),
]
APPS = (
    "records",
    "clinical",
    "dental",
    "aesthetics",
    "diagnostics",
    "pharmacy",
    "aftercare",
    "intake",
    "workspace",
)
# Addresses of other apps that show something of a record.
ALSO = {"reception:where-to"}
WORDS = {"key": "news2", "what": "said", "version": 1, "n": 1}
# Addresses that show no record, and why.
NO_RECORD = {
    "records:access": "whether the record is open, and why",
    "records:open": "asks for the reason",
    "records:review": "what a reader gave as a reason, for the reviewer",
    "records:papers": "how many papers there are; their lines only where the record is open",
    "records:cover": "the number of the record; the list of papers only where it is open",
    "records:file": "asks what is to be laid into the record",
    "records:hold": "asks who demands a hold",
    "records:lift-hold": "a hold, for who keeps the archive",
    "records:destruction": "a site's list of records, for who keeps the archive",
    "records:take-back-destruction": "the same",
    "records:carry-out-destruction": "the same",
    "records:certificate": "the same",
    "clinical:work": "a doctor's own list of what waits",
    "clinical:work-lists": "a doctor's own list of what waits",
    "aftercare:worklist": "a site's list of whom to call",
    "diagnostics:lab-list": "a site's list of tubes",
    "diagnostics:study-list": "a site's list of examinations",
    "diagnostics:study-scan": "leads from a number to a study, which asks",
    "diagnostics:lab-scan": "leads from a number to a tube, which asks",
    "pharmacy:worklist": "a site's list of prescriptions on their way",
    "intake:worse": "a site's list of who feels worse",
    "intake:mark": "whether questions were answered, and risks for who books",
    "intake:fill": "questions that are still to be asked, by telephone before the visit",
    "intake:answer-worse": "a call that is open, of a patient of the day",
    "workspace:week-grid": "a doctor's week",
    "workspace:desk-week": "a doctor's week",
    "diagnostics:lab-cancel": "asks why, and says nothing of the order",
    "aesthetics:advice-words": "what this clinic says after a treatment, of no patient",
    "aesthetics:courses": "what a patient has bought, for the desk too",
    "aesthetics:courses-part": "the same as a part",
    "clinical:consent-text": "a text that nobody has signed",
}
# What only a POST reaches shows nothing by itself; its operation asks.
DEEDS_ONLY = 405
CLERK = Actor.system("clerk", visits.SEE, visits.OPEN, visits.CLOSE)


def addresses() -> Iterator[tuple[str, list[str]]]:
    """Every named address of the clinical apps that names something, with what it names."""
    for one in get_resolver().url_patterns:
        if isinstance(one, URLResolver):
            for each in patterns_in(one):
                names = list(each.pattern.converters)
                is_ours = one.namespace in APPS or f"{one.namespace}:{each.name}" in ALSO
                if is_ours and any(name.endswith("_id") for name in names):
                    yield f"{one.namespace}:{each.name}", names


def patterns_in(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns_in(one)
        else:
            yield one


def picture(given_id: UUID, study_id: UUID, site_id: UUID) -> UUID:
    """An image of a study, kept in the file of what the patient brought."""
    kept = StudyImage.objects.create(
        site_id=site_id, study_id=study_id, is_dicom=False, sop_uid="1.2", series_uid="1",
        file_id=OutsideReport.objects.get(pk=given_id).file_id, received_at=clock.now(), told="-",
    )  # fmt: skip
    return kept.pk


class World:
    """A patient of whom everything is on record, seen once and long ago."""

    def __init__(self) -> None:
        post = make_post()
        room = post.room
        hands = [make_staff("laboratory", site_id=room.site_id).actor() for _n in range(2)]
        lab = Lab(room, *hands)
        study_id = study_reported(post)
        self.study_report_id = StudyReport.objects.get(study_id=study_id).pk
        self.room = room
        report_id = reported(lab, "electrolytes", k="7.2")
        report = LabReport.objects.get(pk=report_id)
        critical_id = CriticalValue.objects.get().pk
        acknowledge_critical(actor=room.doctor, critical_id=critical_id, read_back="7.2")
        handle_critical(actor=room.doctor, critical_id=critical_id, action="已电话通知")
        prescription_id = prescribed(room)
        drafted(room)
        consent_id = signed(room)
        begin_care(actor=CLERK, visit_id=room.visit_id)
        close_visit(actor=CLERK, visit_id=room.visit_id)
        given = Given(PNG, "a.png", "血常规", "市医院", clock.now().date())
        trip = Trip.objects.create(
            site_id=room.site_id, patient_id=room.patient_id, clinic_day=clock.now().date()
        )
        plan_follow_up(actor=Actor.system("planner"), visit_id=room.visit_id)
        other = another_doctor(room, "吴小满").actor()
        self.ids: dict[str, object] = {
            "visit_id": room.visit_id,
            "patient_id": room.patient_id,
            "prescription_id": prescription_id,
            "consent_id": consent_id,
            "plan_id": proposed(room),
            "procedure_id": planned(room),
            "opinion_id": asked(room, other),
            "discussion_id": discussed(room, other),
            "entry_id": charted(room, "16", "caries", "O"),
            "report_id": report_id,
            "specimen_id": report.specimen_id,
            "critical_id": critical_id,
            "outside_id": give_outside_report(
                actor=room.doctor, patient_id=room.patient_id, given=given
            ),
            "study_id": study_id,
            "trip_id": trip.pk,
            "dispense_id": open_dispense(actor=WORKER, prescription_id=prescription_id),
            "pretriage_id": ask_where(
                actor=room.nurse,
                site_id=room.site_id,
                complaint=Complaint("咳嗽"),
                patient_id=room.patient_id,
            ),
            "site_key": Site.objects.get(pk=room.site_id).key,
            "paper_id": filed(room),
            "follow_up_id": FollowUp.objects.get().pk,
        }
        self.ids["image_id"] = picture(self.ids["outside_id"], study_id, room.site_id)

    def url(self, name: str, names: list[str]) -> str:
        known = self.ids | WORDS
        if "study" in name:
            known["report_id"] = self.study_report_id
        # What belongs to something else that is named is not asked for before that.
        return reverse(name, kwargs={one: known.get(one, UUID(int=1)) for one in names})


def test_every_address_of_the_record_asks_whether_its_reader_looks_after_the_patient():
    world = World()
    found = [one for one in addresses() if one[0] not in NO_RECORD]
    unknown = {name for name, names in found if not set(names) & (set(world.ids))}
    reader = another_doctor(world.room)
    with clock.at(clock.now() + timedelta(days=200)):
        client = browser(reader.actor())
        refused = {name: client.get(world.url(name, names)) for name, names in found}
        open_record(
            actor=reader.actor(), patient_id=world.room.patient_id,
            reason="emergency", text="急诊抢救需要",
        )  # fmt: skip
        let_in = {name: client.get(world.url(name, names)) for name, names in found}

    reads = {name for name, one in refused.items() if one.status_code != DEEDS_ONLY}
    open_to_all = {name: refused[name].status_code for name in reads
                   if refused[name].status_code not in {403, 404}}  # fmt: skip
    shut_to_all = {name: let_in[name].status_code for name in reads
                   if let_in[name].status_code == 403}  # fmt: skip
    assert unknown - (found_names(found) - reads) == set(), "say in World what it is about"
    assert open_to_all == {}
    assert shut_to_all == {}
    assert len(reads) > 40


def found_names(found: list[tuple[str, list[str]]]) -> set[str]:
    return {name for name, _names in found}
