"""Listening first is prompted, measured and never enforced."""

from datetime import timedelta

import pytest
from django.urls import reverse

from yilu.clinical.models import Listening
from yilu.clinical.operations.listening import begin_listening, skip_listening, switch_listening
from yilu.clinical.operations.prescribing import write_prescription
from yilu.clinical.selectors.listening import listening_figures, listening_now
from yilu.clinical.tests.factories import (
    Room,
    another_doctor,
    drafted,
    make_drug,
    make_room,
    make_visit,
    order,
    sheet,
)
from yilu.clinical.tests.test_pages import PART, browser, sealed, url
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C19")]
THREE = timedelta(minutes=3)


def manager_of(room: Room) -> Actor:
    return make_staff("manager", site_id=room.site_id).actor()


def listening_room() -> Room:
    room = make_room()
    switch_listening(actor=manager_of(room), site_id=room.site_id, is_on=True)
    return room


def prescribe(room: Room) -> None:
    wanted = sheet(order(make_drug()))
    write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=wanted)


def test_a_site_has_to_switch_it_on_and_may_switch_it_off():
    room = make_room()
    manager = manager_of(room)
    begin_listening(actor=room.doctor, visit_id=room.visit_id)

    assert listening_now(room.site_id, room.visit_id) is None
    assert not Listening.objects.exists()
    with pytest.raises(NotFound):
        switch_listening(actor=room.nurse, site_id=room.site_id, is_on=True)
    switch_listening(actor=manager, site_id=room.site_id, is_on=True)
    assert listening_now(room.site_id, room.visit_id).minutes == 3
    switch_listening(actor=manager, site_id=room.site_id, is_on=False)
    assert listening_now(room.site_id, room.visit_id) is None


def test_it_lasts_three_minutes_from_the_first_sight_and_no_longer():
    room = listening_room()
    begin_listening(actor=room.doctor, visit_id=room.visit_id)
    began_at = Listening.objects.get().began_at

    with clock.at(began_at + timedelta(minutes=2)):
        begin_listening(actor=room.doctor, visit_id=room.visit_id)
        assert listening_now(room.site_id, room.visit_id).until == began_at + THREE
    with clock.at(began_at + THREE):
        assert listening_now(room.site_id, room.visit_id) is None


def test_one_key_skips_it_and_it_stays_skipped():
    room = listening_room()
    begin_listening(actor=room.doctor, visit_id=room.visit_id)

    skip_listening(actor=room.doctor, visit_id=room.visit_id)
    first = Listening.objects.get().skipped_at
    with clock.at(clock.now() + timedelta(seconds=5)):
        skip_listening(actor=room.doctor, visit_id=room.visit_id)

    assert Listening.objects.get().skipped_at == first
    assert listening_now(room.site_id, room.visit_id) is None


def test_the_first_typing_and_the_first_order_are_noted_once_and_nothing_is_held_up():
    room = listening_room()
    begin_listening(actor=room.doctor, visit_id=room.visit_id)
    began_at = Listening.objects.get().began_at

    for second in (30, 90):
        with clock.at(began_at + timedelta(seconds=second)):
            drafted(room, version=0 if second == 30 else 1, advice=f"{second}")
            prescribe(room) if second == 90 else None

    row = Listening.objects.get()
    assert row.typed_at - began_at == timedelta(seconds=30)
    assert row.ordered_at - began_at == timedelta(seconds=90)
    assert listening_now(room.site_id, room.visit_id) is None


def test_the_manager_reads_figures_by_doctor_once_there_are_five(django_assert_num_queries):
    room = listening_room()
    manager = manager_of(room)
    other = another_doctor(room).actor()
    for n in range(5):
        visit_id = make_visit(room.site_id, room.patient_id)
        begin_listening(actor=room.doctor, visit_id=visit_id)
        row = Listening.objects.get(visit_id=visit_id)
        row.typed_at = row.began_at + timedelta(seconds=10 * n)
        row.ordered_at = row.began_at + timedelta(seconds=60 * (n + 1))
        row.save()
    begin_listening(actor=other, visit_id=room.visit_id)

    with django_assert_num_queries(2):
        found = listening_figures(manager, room.site_id)

    by = {one.visits: one for one in found}
    assert (by[5].to_typing, by[5].to_order, by[5].listened) == (20, 180, 60)
    assert (by[1].to_typing, by[1].to_order, by[1].listened) == (None, None, None)
    with pytest.raises(NotFound):
        listening_figures(room.doctor, room.site_id)


def test_the_pages_begin_skip_switch_and_show_figures():
    room = listening_room()
    doctor, manager = browser(room.doctor), browser(manager_of(room))

    for name in ("begin-listening", "skip-listening"):
        typed = sealed(room, request_key=str(new_id()))
        assert doctor.post(url(name, room), typed, headers=PART).status_code == 204
    assert Listening.objects.get().skipped_at
    page = manager.get(reverse("clinical:oversight") + f"?site={room.site_id}")
    assert "too few" in page.text
    off = {"is_on": "0", "request_key": str(new_id())}
    address = reverse("clinical:switch-listening", args=[room.site_id])
    assert "Switch the time to listen on" in manager.post(address, off, headers=PART).text
    refused = doctor.post(address, off | {"request_key": str(new_id())}, headers=PART)
    assert refused.status_code == 404
