"""The record of another site of the group: for whom, how it is marked, and what is recorded."""

from dataclasses import replace

import pytest
from django.urls import reverse

from yilu.clinical.operations.notes import sign_note
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.history import patient_summary
from yilu.clinical.tests.factories import Room, diagnosed, drafted, make_room, make_visit
from yilu.clinical.tests.test_pages import browser
from yilu.facility.models import Site
from yilu.patients.models import Registration
from yilu.patients.tests.factories import make_site
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.models import AuditEntry
from yilu.records.errors import OutsideCare
from yilu.workforce.tests.factories import Someone, make_doctor

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C17")]


@pytest.fixture
def room() -> Room:
    """A visit with a signed note."""
    made = make_room()
    diagnosed(made)
    drafted(made)
    sign_note(actor=made.doctor, visit_id=made.visit_id)
    return made


@pytest.fixture
def branch() -> Site:
    return make_site()


@pytest.fixture
def colleague(branch: Site) -> Someone:
    return make_doctor(branch.pk, name="温白芷")


def test_a_branch_learns_nothing_of_whom_it_does_not_know(room, colleague):
    with pytest.raises(NotFound):
        setting(colleague.actor(), room.visit_id)
    with pytest.raises(NotFound):
        patient_summary(colleague.actor(), room.patient_id)


def test_whom_a_branch_knows_and_does_not_treat_it_opens_for_a_reason_alone(
    room, branch, colleague
):
    Registration.objects.create(patient_id=room.patient_id, site=branch)
    with pytest.raises(OutsideCare):
        setting(colleague.actor(), room.visit_id)


def test_who_treats_a_patient_reads_what_other_sites_wrote_marked_and_changes_none_of_it(
    room, branch, colleague
):
    here = make_visit(branch.pk, room.patient_id)
    doctor = colleague.actor()
    there = setting(doctor, room.visit_id)
    assert str(there.elsewhere) == str(
        Site.objects.get(pk=room.site_id).short_name or there.elsewhere
    )
    assert setting(doctor, here).elsewhere is None
    [past] = patient_summary(doctor, room.patient_id, here).past
    assert past.site_id == room.site_id
    with pytest.raises(NotAllowed):
        setting(doctor, room.visit_id, "clinical.write")


def test_the_line_of_the_record_names_both_sites(room, branch, colleague):
    make_visit(branch.pk, room.patient_id)
    page = reverse("clinical:visit", args=[room.visit_id])
    assert browser(colleague.actor()).get(page).status_code == 200
    line = AuditEntry.objects.filter(
        action="patients.patient.seen", subject_id=room.patient_id
    ).get()
    assert (line.site_id, line.details["from"]) == (room.site_id, str(branch.pk))


def test_the_site_grant_is_enough_without_a_post_at_ones_own(room):
    visitor = make_doctor(room.site_id, name="巡诊").actor()
    assert setting(visitor, room.visit_id).elsewhere is None
    nobody = replace(visitor, grants=frozenset())
    with pytest.raises(NotFound):
        setting(nobody, room.visit_id)
