"""Many desks at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from yilu.patients.errors import AlreadyRegistered
from yilu.patients.models import Patient, Registration
from yilu.patients.operations.accounts import ensure_account
from yilu.patients.operations.patients import change_patient, register_patient
from yilu.patients.operations.registrations import register_at_site
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.tests.factories import make_actor, make_id_number, make_patient, make_site
from yilu.platform.actors import Actor
from yilu.platform.errors import DomainError
from yilu.platform.models import Event, User

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
IDENTITIES, DESKS = 100, 10


def at_once(*calls: Callable[[], object]) -> Counter[str]:
    """Run the calls at the same moment; count "done" and the refusals' codes."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> str:
        start.wait()
        try:
            call()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(run, calls))


def identities(*, with_paper: bool) -> list[PatientFacts]:
    """A hundred people, whose papers tell them apart if they have any."""
    papers = [make_id_number(date(1985, 3, 14), n) for n in range(IDENTITIES)]
    return [
        PatientFacts(name=f"张{n}", id_type="resident_id" if with_paper else "", id_number=paper)
        if with_paper
        else PatientFacts(name=f"张{n}")
        for n, paper in enumerate(papers)
    ]


def register_all(facts: list[PatientFacts]) -> Counter[str]:
    """Ten desks that each register everybody, in the same order at the same time."""
    site = make_site()
    actor = make_actor(site)
    outcomes: list[str] = []

    def desk() -> None:
        for one in facts:
            try:
                register_patient(actor=actor, site_id=site.pk, facts=one)
                outcomes.append("done")
            except AlreadyRegistered:
                outcomes.append("already")

    at_once(*[desk] * DESKS)
    return Counter(outcomes)


@pytest.mark.covers("B01")
def test_a_hundred_identities_at_ten_desks_make_a_hundred_patients():
    outcomes = register_all(identities(with_paper=True))

    assert outcomes == {"done": IDENTITIES, "already": IDENTITIES * (DESKS - 1)}
    assert Patient.objects.count() == Registration.objects.count() == IDENTITIES
    assert Event.objects.filter(name="PatientRegistered").count() == IDENTITIES
    numbers = Patient.objects.order_by("record_no").values_list("record_no", flat=True)
    assert list(numbers) == [f"{n:08d}" for n in range(1, IDENTITIES + 1)]


def test_control_without_papers_every_desk_makes_its_own():
    register_all(identities(with_paper=False)[:10])

    assert Patient.objects.count() == 10 * DESKS


def test_of_ten_changes_to_one_version_one_is_kept():
    site = make_site()
    patient, actor = make_patient(site), make_actor(site)

    def change(n: int) -> Callable[[], object]:
        facts = PatientFacts(name=f"张{n}")
        return lambda: change_patient(actor=actor, patient_id=patient, facts=facts, version=1)

    assert at_once(*map(change, range(DESKS))) == {"done": 1, "stale": DESKS - 1}
    assert Patient.objects.get().version == 2


def test_ten_tabs_make_one_account_and_one_registration():
    site, other = make_site(), make_site()
    patient = make_patient(site)
    actor = make_actor(site, other)

    at_once(*[lambda: ensure_account(actor=Actor.system("t"), phone="12100003482")] * DESKS)
    at_once(*[lambda: register_at_site(actor=actor, patient_id=patient, site_id=other.pk)] * DESKS)

    assert User.objects.count() == 1
    assert Registration.objects.filter(site=other).count() == 1
