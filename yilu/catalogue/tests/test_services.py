import pytest

from yilu.catalogue.errors import LengthUnfit, UnknownPractitioner
from yilu.catalogue.models import Performs, Service
from yilu.catalogue.operations.services import (
    ServiceFacts,
    add_service,
    change_service,
    set_own_services,
    set_performers,
)
from yilu.catalogue.selectors.services import (
    Need,
    performed_by,
    performers,
    performers_of,
    service_info,
    services,
)
from yilu.catalogue.tests.factories import CURATOR, make_service
from yilu.facility.tests.factories import make_department, make_site, words
from yilu.platform.errors import NotFound, Stale
from yilu.platform.ids import new_id
from yilu.workforce.operations.staff import end_employment
from yilu.workforce.tests.factories import HIRER, make_doctor

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A03")]


def test_a_service_is_offered_where_its_department_is():
    here, there = make_site(), make_site()
    make_department(here, key="dental")
    made = make_service(department_key="dental", needs=[Need("chair"), Need("device", "cbct")])
    hidden = make_service(department_key="dental", online=False)

    assert [one.id for one in services(here)] == [made, hidden]
    assert [one.id for one in services(here, online_only=True)] == [made]
    assert services(there) == []
    assert service_info(made).needs == (Need("chair"), Need("device", "cbct"))


def test_a_practitioner_may_take_another_time_for_a_service():
    site = make_site()
    quick, slow = make_doctor(site), make_doctor(site)
    made = make_service(minutes=20)
    lines = [(quick.practitioner_id, None), (slow.practitioner_id, 30)]
    set_performers(actor=CURATOR, service_id=made, performers=lines)
    assert dict(performers(made)) == {quick.practitioner_id: 20, slow.practitioner_id: 30}


def test_who_left_performs_nothing():
    doctor = make_doctor(make_site())
    made = make_service(performers=[doctor.practitioner_id])
    end_employment(actor=HIRER, staff_id=doctor.staff_id)
    assert performers(made) == []


def test_what_a_practitioner_performs_can_be_set_at_once():
    doctor = make_doctor(make_site())
    kept, dropped, added = (make_service() for _ in range(3))
    for one in (kept, dropped):
        lines = [(doctor.practitioner_id, 30)]
        set_performers(actor=CURATOR, service_id=one, performers=lines)

    set_own_services(
        actor=CURATOR, practitioner_id=doctor.practitioner_id, service_ids=[kept, added]
    )

    assert performed_by([doctor.practitioner_id]) == {doctor.practitioner_id: {kept, added}}
    assert performers(kept) == [(doctor.practitioner_id, 30)]


def test_strangers_perform_nothing():
    made = make_service()
    with pytest.raises(UnknownPractitioner):
        set_performers(actor=CURATOR, service_id=made, performers=[(new_id(), None)])
    assert Performs.objects.count() == 0


@pytest.mark.parametrize("minutes", [0, 4, 17, 485])
def test_a_service_lasts_a_sensible_time(minutes):
    facts = ServiceFacts(
        name=words("错", "Wrong"), department_key="general", specialty="general", minutes=minutes
    )
    with pytest.raises(LengthUnfit):
        add_service(actor=CURATOR, key="wrong", facts=facts)
    assert Service.objects.count() == 0


def test_a_change_made_up_from_an_old_version_is_refused():
    made = make_service()
    facts = ServiceFacts(
        name=words("新", "New"), department_key="general", specialty="general", minutes=30
    )
    change_service(actor=CURATOR, service_id=made, facts=facts, version=1)
    with pytest.raises(Stale):
        change_service(actor=CURATOR, service_id=made, facts=facts, version=1)
    assert service_info(made).version == 2


def test_an_unknown_service_is_not_found():
    with pytest.raises(NotFound):
        service_info(new_id())


@pytest.mark.parametrize("many", [1, 12])
def test_services_and_performers_cost_the_same_for_one_and_many(django_assert_num_queries, many):
    site = make_site()
    make_department(site)
    doctor = make_doctor(site)
    made = [make_service(performers=[doctor.practitioner_id]) for _ in range(many)]
    with django_assert_num_queries(2):
        assert len(services(site)) == many
    with django_assert_num_queries(1):
        assert all(len(lines) == 1 for lines in performers_of(made).values())
