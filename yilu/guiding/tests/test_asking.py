"""Staff and patients ask for an escort, a wheelchair or a stretcher."""

import pytest

from yilu.guiding.errors import AlreadyAsked, NotForPatients, NotHere, NothingOut, PlaceMissing
from yilu.guiding.models import GuideTask
from yilu.guiding.operations.asking import Wish, ask_for_help
from yilu.guiding.operations.leading import deliver_task, take_task
from yilu.guiding.operations.receiving import call_own_help_off, return_equipment
from yilu.guiding.selectors.asking import asking_page
from yilu.guiding.selectors.rule import equipment_out, guide_rule, stock
from yilu.guiding.selectors.tasks import desk_tasks, help_of, task_line
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.testing import drain
from yilu.queueing.models import Ticket
from yilu.visits.operations.visits import close_visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B15")]


def healthy(guided):
    """The visit of somebody who needs nothing."""
    ticket = guided.clinic.ticket(patient_id=guided.clinic.patient("顾晓芳"))
    drain(timers=False)
    return Ticket.objects.get(pk=ticket.id).visit_id


def patient_of(visit) -> Actor:
    patient = Ticket.objects.filter(visit_id=visit)[0].patient_id
    return Actor(kind="patient", name="", owns=frozenset({patient}))


def test_help_that_is_asked_for_follows_the_next_step_and_the_steps_after(guided):
    guide, visit = guided.guide(), healthy(guided)
    assert not GuideTask.objects.exists()
    wish = Wish(visit, "wheelchair", language="zh-Hans", note="左腿打石膏")
    ask_for_help(actor=guided.desk, wish=wish)
    task = guided.task(visit)
    assert (task.destination, task.help, task.guide_id) == ("waiting", "wheelchair", guide.user_id)
    assert (task.note, task.asked_by_id) == ("左腿打石膏", guided.desk.user_id)

    guided.called(visit, by=guided.doctor)
    assert (guided.task(visit).destination, guided.task(visit).help) == ("room", "wheelchair")


def test_a_way_of_its_own_stays_when_the_number_is_called(guided):
    visit = healthy(guided)
    wish = Wish(
        visit, "stretcher", destination="other", to_place="核磁共振 2 号", from_place="大厅"
    )
    ask_for_help(actor=guided.doctor, wish=wish)
    number = Ticket.objects.get(visit_id=visit)
    task = guided.task(visit)
    assert (task.ticket_id, str(task.to_place), str(task.from_place)) == (
        None, "核磁共振 2 号", "大厅",
    )  # fmt: skip
    Ticket.objects.filter(pk=number.pk).update(state="waiting")
    drain(timers=False)
    assert guided.task(visit).pk == task.pk


def test_the_task_of_a_step_is_raised_and_asking_again_for_as_much_is_refused(guided):
    visit = guided.arrive()
    ask_for_help(actor=guided.desk, wish=Wish(visit, "stretcher"))
    assert GuideTask.objects.count() == 1
    assert (guided.task(visit).help, guided.task(visit).is_asked) == ("stretcher", True)
    for wish in (Wish(visit, "wheelchair"), Wish(visit, "stretcher", destination="exit")):
        with pytest.raises(AlreadyAsked):
            ask_for_help(actor=guided.doctor, wish=wish)


def test_raised_half_way_a_second_person_is_found(guided):
    first, visit = guided.guide("安导"), guided.arrive()
    take_task(actor=first, task_id=guided.task(visit).pk)
    second = guided.guide("白导")
    ask_for_help(actor=guided.desk, wish=Wish(visit, "stretcher"))
    task = guided.task(visit)
    assert (task.state, task.guide_id, task.second_id) == ("taken", first.user_id, second.user_id)


def test_who_has_left_is_brought_to_the_way_out_only(guided):
    visit = healthy(guided)
    close_visit(actor=guided.clinic.actor, visit_id=visit)
    drain(timers=False)
    with pytest.raises(NotHere):
        ask_for_help(actor=guided.desk, wish=Wish(visit, "escort", destination="cashier"))
    ask_for_help(actor=guided.desk, wish=Wish(visit, "wheelchair", destination="exit"))
    drain(timers=False)
    assert guided.task(visit).state == "open"


@pytest.mark.parametrize("to_place", ["", "   "])
def test_another_place_needs_its_name(guided, to_place):
    visit = healthy(guided)
    with pytest.raises(PlaceMissing):
        ask_for_help(
            actor=guided.desk, wish=Wish(visit, "escort", destination="other", to_place=to_place)
        )
    assert not GuideTask.objects.exists()


def test_patients_ask_for_themselves_see_who_comes_and_call_it_off(guided):
    guided.guide("丁引路")
    visit = healthy(guided)
    mine = patient_of(visit)
    ask_for_help(actor=mine, wish=Wish(visit, "escort"))
    shown = help_of(visit)
    assert (shown.help, shown.state, shown.guide.written) == ("escort", "given", "丁引路")
    assert shown.may_call_off
    call_own_help_off(actor=mine, visit_id=visit)
    call_own_help_off(actor=mine, visit_id=visit)
    assert (guided.task(visit).end, help_of(visit)) == ("not_needed", None)
    with pytest.raises(NotForPatients):
        ask_for_help(actor=mine, wish=Wish(visit, "stretcher"))
    stranger = Actor(kind="patient", name="", owns=frozenset({guided.site_id}))
    with pytest.raises(NotFound):
        ask_for_help(actor=stranger, wish=Wish(visit, "escort"))
    with pytest.raises(NotFound):
        call_own_help_off(actor=stranger, visit_id=visit)


def test_who_may_not_ask_is_refused(guided):
    visit = healthy(guided)
    care = make_staff("care", site_id=guided.site_id).actor()
    with pytest.raises(NotFound):
        ask_for_help(actor=care, wish=Wish(visit, "escort"))
    with pytest.raises(NotAllowed):
        ask_for_help(actor=_seer(guided), wish=Wish(visit, "escort"))


def _seer(guided) -> Actor:
    return Actor(kind="staff", name="x", grants=frozenset({("guiding.see", guided.site_id)}))


def test_the_dialog_begins_with_what_is_known(guided):
    guided.rule(wheelchairs=0)
    visit = guided.arrive("John", language="en", special_needs=("wheelchair", "hearing"))
    page = asking_page(guided.desk, visit)
    assert (page.help, page.language, len(page.needs)) == ("wheelchair", "en", 2)
    assert page.next_place
    assert [one.help for one in page.missing] == ["wheelchair"]


def test_wheelchairs_are_counted_out_until_they_are_back(guided):
    guide = guided.guide()
    guided.rule(wheelchairs=1)
    task = guided.task(guided.arrive())
    assert not desk_tasks(guided.desk, guided.site_id).missing
    take_task(actor=guide, task_id=task.pk)
    assert [one.label for one in desk_tasks(guided.desk, guided.site_id).missing] == ["轮椅"]
    deliver_task(actor=guide, task_id=task.pk)
    guided.called(task.visit_id, by=guided.doctor)
    take_task(actor=guide, task_id=guided.task(task.visit_id).pk)
    out = equipment_out(guided.site_id)
    assert len(out) == 1  # The same chair, on its second way.
    return_equipment(actor=guide, task_id=out[0].task_id)
    assert stock(guide_rule(guided.site_id), equipment_out(guided.site_id))[0].free == 1


def test_a_wheelchair_that_is_back_is_out_again_on_the_next_way(guided):
    guide = guided.guide()
    guided.rule(wheelchairs=1)
    first = guided.task(guided.arrive())
    take_task(actor=guide, task_id=first.pk)
    deliver_task(actor=guide, task_id=first.pk)
    guided.called(first.visit_id, by=guided.doctor)
    second = guided.task(first.visit_id)
    assert (second.pk == first.pk, second.taken_at) == (False, None)

    return_equipment(actor=guide, task_id=first.pk)
    with pytest.raises(NothingOut):
        return_equipment(actor=guide, task_id=second.pk)
    take_task(actor=guide, task_id=second.pk)

    assert [one.task_id for one in equipment_out(guided.site_id)] == [second.pk]


def test_what_the_dialog_and_the_phone_ask_for_is_read_at_a_fixed_cost(
    guided, django_assert_max_num_queries
):
    guided.guide()
    visit = guided.arrive()
    with django_assert_max_num_queries(6):
        asking_page(guided.desk, visit)
    with django_assert_max_num_queries(2):
        assert help_of(visit) is not None
    with django_assert_max_num_queries(6):
        task_line(guided.desk, guided.task(visit).pk)
