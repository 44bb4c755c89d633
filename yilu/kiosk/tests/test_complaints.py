"""At the kiosk: which department a complaint belongs to, and getting worse while waiting."""

import pytest

from yilu.intake.models import FeltWorse, PreTriage
from yilu.kiosk.tests.test_pages import come, text
from yilu.platform.actors import Actor
from yilu.platform.models import Event
from yilu.reception.operations.arrivals import check_in
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import close_visit

pytestmark = [pytest.mark.django_db]


@pytest.mark.covers("B05")
def test_what_was_touched_leads_to_a_department_and_is_kept_with_its_rules(hall):
    _, machine, guest = hall
    come(machine, guest, after="take")
    assert f"{machine.base}/where" in text(machine.get("take"))
    assert 'value="cough"' in text(machine.get("where"))

    answer = machine.post("where", chosen=["cough", "fever"])

    assert answer.status_code == 200
    assert "全科" in text(answer)
    kept = PreTriage.objects.get()
    assert (kept.patient_id, kept.channel, kept.outcome) == (guest.patient_id, "kiosk", "general")
    assert not Event.objects.filter(name="HelpWanted").exists()


@pytest.mark.covers("B05")
def test_an_alarm_calls_somebody_to_the_kiosk_and_gives_no_number(hall):
    _, machine, guest = hall
    come(machine, guest, after="take")

    answer = text(machine.post("where", chosen=["chest_pain"]))

    assert "工作人员" in answer
    assert 'name="service"' not in answer
    assert PreTriage.objects.get().outcome == "emergency"
    assert Event.objects.filter(name="HelpWanted").count() == 1


@pytest.mark.covers("B05")
def test_nothing_touched_and_nonsense_are_asked_again(hall):
    _, machine, guest = hall
    come(machine, guest, after="take")

    for chosen in ([], ["nonsense"]):
        assert machine.post("where", chosen=chosen).status_code == 422
    assert not PreTriage.objects.exists()


@pytest.mark.covers("B18")
def test_who_waits_presses_once_or_twice_and_the_nurse_is_called_once(hall):
    opened, machine, guest = hall
    check_in(actor=opened.desk, booking_id=guest.booking_id)
    come(machine, guest)
    assert f"{machine.base}/worse" in text(machine.get("me"))

    for _ in range(2):
        assert "已通知护士" in text(machine.post("worse"))

    called = FeltWorse.objects.get()
    assert (called.channel, called.patient_id) == ("kiosk", guest.patient_id)


@pytest.mark.covers("B18")
def test_who_is_not_here_yet_calls_no_nurse(hall):
    _, machine, guest = hall
    come(machine, guest)
    assert f"{machine.base}/worse" not in text(machine.get("me"))

    assert machine.post("worse").status_code == 409
    assert not FeltWorse.objects.exists()


@pytest.mark.covers("B18")
def test_whose_visit_is_over_by_now_is_told_so_on_a_page_of_the_kiosk(hall):
    opened, machine, guest = hall
    visit = check_in(actor=opened.desk, booking_id=guest.booking_id).visit_id
    come(machine, guest)
    close_visit(actor=Actor.system("desk", visits.SEE, visits.CLOSE), visit_id=visit)

    answer = machine.post("worse")

    assert (answer.status_code, 'data-code="worse_not_here"' in text(answer)) == (409, True)
    assert not FeltWorse.objects.exists()
