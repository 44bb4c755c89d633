"""Who is let in at a kiosk, and what they may do there."""

from datetime import date, timedelta

import pytest

from yilu.facility.selectors.sites import site_info
from yilu.kiosk.errors import KnownAlready, NothingToCheckIn, Several, Unknown, Unreadable
from yilu.kiosk.operations.arrivals import check_in_here, register_here, take_number
from yilu.kiosk.operations.visitors import Known, prove, recognise
from yilu.kiosk.rules import Scan, ScanKind
from yilu.kiosk.selectors.offers import offers
from yilu.kiosk.selectors.standing import Case, standing
from yilu.kiosk.tests.factories import BORN, Machine, make_guest, make_kiosk
from yilu.patients import permissions as patients
from yilu.patients.models import Patient
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.tests.factories import make_id_number, make_phone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, TooMany
from yilu.platform.models import AuditEntry
from yilu.queueing.models import Ticket
from yilu.reception.errors import NotToday
from yilu.reception.operations.arrivals import check_in
from yilu.reception.passes import pass_of
from yilu.reception.tests.factories import open_clinic
from yilu.scheduling.errors import MoveRefused
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.states import BookingState
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B13")]


@pytest.fixture
def hall():
    """An open clinic with a kiosk, a guest booked for ten o'clock, at five to ten."""
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
        guest = make_guest(opened)
        booked = opened.clinic.book(patient_id=guest.patient_id)
        guest.booking_id = booked.id
        guest.number = Booking.objects.get().number
    with clock.at(at(9, 55)):
        yield opened, make_kiosk(opened.site_id), guest


def find(machine: Machine, kind: ScanKind, value: str, born_on: date | None = BORN) -> Known:
    return recognise(
        actor=machine.actor(), site_id=machine.site_id, scan=Scan(kind, value), born_on=born_on
    )


def how_it_stands(machine: Machine, known: Known):
    return standing(
        machine.actor(), site_info(machine.site_id), known.patient_id,
        booking_id=known.booking_id, is_proved=known.is_proved,
    )  # fmt: skip


def test_a_phone_or_a_booking_number_with_the_birth_date_says_who_it_is(hall):
    _, machine, guest = hall
    assert find(machine, ScanKind.PHONE, guest.phone) == Known(
        guest.patient_id, None, is_proved=True
    )
    assert find(machine, ScanKind.BOOKING, guest.number) == Known(
        guest.patient_id, guest.booking_id, is_proved=True
    )
    entry = AuditEntry.objects.filter(action="kiosk.visitor.recognised").first()
    assert entry is not None
    assert (entry.patient_ids, entry.actor_id) == ([guest.patient_id], machine.actor().user_id)


def test_a_wrong_birth_date_finds_nobody_and_does_not_say_what_was_wrong(hall):
    _, machine, guest = hall
    for value in (guest.phone, "12190099991"):
        with pytest.raises(Unknown) as refused:
            find(machine, ScanKind.PHONE, value, date(1988, 4, 13))
        assert str(refused.value).startswith("我们没有找到")
    with pytest.raises(Unknown):
        find(machine, ScanKind.PHONE, guest.phone, None)


def test_five_wrong_tries_for_a_number_are_enough_even_if_the_sixth_were_right(hall):
    _, machine, guest = hall
    for _try in range(5):
        with pytest.raises(Unknown):
            find(machine, ScanKind.PHONE, guest.phone, date(1999, 1, 1))
    with pytest.raises(TooMany):
        find(machine, ScanKind.PHONE, guest.phone)


def test_one_kiosk_takes_no_more_than_twenty_wrong_tries(hall):
    _, machine, guest = hall
    for n in range(20):
        with pytest.raises(Unknown):
            find(machine, ScanKind.PHONE, make_phone(n))
    with pytest.raises(TooMany):
        find(machine, ScanKind.PHONE, guest.phone)


def test_twins_with_one_phone_are_sent_to_the_desk(hall):
    opened, machine, guest = hall
    facts = PatientFacts(name="沈白薇", phone=guest.phone, born_on=BORN)
    able = Actor.system("desk", patients.REGISTER)
    register_patient(actor=able, site_id=opened.site_id, facts=facts)
    with pytest.raises(Several):
        find(machine, ScanKind.PHONE, guest.phone)


def test_an_id_card_alone_says_who_it_is(hall):
    opened, machine, _ = hall
    number = make_id_number(BORN)
    other = make_guest(opened, "白术", id_type="resident_id", id_number=number)
    assert find(machine, ScanKind.PAPER, number, None).patient_id == other.patient_id


def test_a_code_serves_for_checking_in_and_papers_want_the_birth_date(hall):
    _, machine, guest = hall
    known = find(machine, ScanKind.BOOKING_CODE, pass_of(guest.booking_id), None)
    assert known == Known(guest.patient_id, guest.booking_id, is_proved=False)
    with pytest.raises(Unknown):
        prove(actor=machine.actor(), site_id=machine.site_id, known=known, born_on=date(1999, 1, 1))
    proved = prove(actor=machine.actor(), site_id=machine.site_id, known=known, born_on=BORN)
    assert proved.is_proved


def test_a_code_that_we_did_not_make_is_unreadable(hall):
    _, machine, _ = hall
    with pytest.raises(Unreadable):
        find(machine, ScanKind.BOOKING_CODE, "YL" + "A" * 42, None)


def test_checking_in_at_the_kiosk_gives_the_number_and_says_which_kiosk_did_it(hall):
    _, machine, guest = hall
    known = find(machine, ScanKind.PHONE, guest.phone)
    assert how_it_stands(machine, known).case == Case.COMING

    done = check_in_here(
        actor=machine.actor(), site_id=machine.site_id, known=known,
        booking_id=guest.booking_id, needs=["wheelchair"],
    )  # fmt: skip

    now = how_it_stands(machine, known)
    assert (now.case, now.place.number, now.masked) == (Case.HERE, done.number, "沈*芷")
    assert Visit.objects.get().needs == ["wheelchair"]
    entry = AuditEntry.objects.get(action="reception.patient.checked_in")
    assert entry.actor_id == machine.actor().user_id


def test_a_code_shown_again_checks_nobody_in_twice(hall):
    opened, machine, guest = hall
    known = find(machine, ScanKind.BOOKING_CODE, pass_of(guest.booking_id), None)
    check_in(actor=opened.desk, booking_id=guest.booking_id)
    again = find(machine, ScanKind.BOOKING_CODE, pass_of(guest.booking_id), None)
    assert how_it_stands(machine, again).case == Case.HERE
    with pytest.raises(MoveRefused):
        check_in_here(
            actor=machine.actor(), site_id=machine.site_id, known=known,
            booking_id=guest.booking_id,
        )  # fmt: skip
    assert Ticket.objects.count() == 1


def test_on_another_day_the_kiosk_says_so_and_checks_nobody_in(hall):
    _, machine, guest = hall
    with clock.at(at(9, 55, day=-1)):
        known = find(machine, ScanKind.BOOKING_CODE, pass_of(guest.booking_id), None)
        assert how_it_stands(machine, known).case == Case.OTHER_DAY
        with pytest.raises(NotToday):
            check_in_here(
                actor=machine.actor(), site_id=machine.site_id, known=known,
                booking_id=guest.booking_id,
            )  # fmt: skip
    assert Booking.objects.get().state == BookingState.CONFIRMED


def test_at_another_site_the_kiosk_says_where_to_go_and_checks_nobody_in(hall):
    _, here, guest = hall
    with clock.at(SUNDAY_EVENING):
        elsewhere = open_clinic()
    with clock.at(at(9, 55)):
        machine = make_kiosk(elsewhere.site_id)
        known = find(machine, ScanKind.BOOKING, guest.number)
        now = how_it_stands(machine, known)
        assert (now.case, now.site.id) == (Case.ELSEWHERE, here.site_id)
        with pytest.raises(NothingToCheckIn):
            check_in_here(
                actor=machine.actor(), site_id=machine.site_id, known=known,
                booking_id=guest.booking_id,
            )  # fmt: skip
    assert not Visit.objects.exists()


def test_a_cancelled_booking_is_said_to_be_cancelled(hall):
    opened, machine, guest = hall
    cancel_booking(actor=opened.clinic.actor, booking_id=guest.booking_id, reason="ill")
    known = find(machine, ScanKind.BOOKING, guest.number)
    assert how_it_stands(machine, known).case == Case.CANCELLED


def test_nobody_checks_in_for_a_booking_of_another(hall):
    opened, machine, guest = hall
    other = make_guest(opened, "白术")
    known = find(machine, ScanKind.PHONE, other.phone)
    with pytest.raises(NothingToCheckIn):
        check_in_here(
            actor=machine.actor(), site_id=machine.site_id, known=known,
            booking_id=guest.booking_id,
        )  # fmt: skip
    assert not Visit.objects.exists()


def test_somebody_new_registers_with_four_details_and_takes_a_number(hall):
    opened, machine, _ = hall
    facts = PatientFacts(name="白术", phone=make_phone(), born_on=BORN, sex="male")
    patient_id = register_here(actor=machine.actor(), site_id=machine.site_id, facts=facts)
    (offer,) = offers(site_info(machine.site_id))
    done = take_number(
        actor=machine.actor(), site_id=machine.site_id, patient_id=patient_id,
        service_id=offer.service_id,
    )  # fmt: skip
    assert Ticket.objects.get().number == done.number
    assert offer.service_id == opened.clinic.service_id


def test_who_is_known_gets_no_second_record(hall):
    _, machine, guest = hall
    facts = PatientFacts(name="沈白芷", phone=guest.phone, born_on=BORN, sex="female")
    before = Patient.objects.count()
    with pytest.raises(KnownAlready):
        register_here(actor=machine.actor(), site_id=machine.site_id, facts=facts)
    assert Patient.objects.count() == before


def test_a_relative_with_the_same_phone_is_somebody_else(hall):
    _, machine, guest = hall
    facts = PatientFacts(name="沈小白", phone=guest.phone, born_on=date(2020, 5, 1), sex="male")
    assert register_here(actor=machine.actor(), site_id=machine.site_id, facts=facts)


def test_a_kiosk_may_do_nothing_at_another_site_and_nothing_else_at_its_own(hall):
    _, machine, guest = hall
    with clock.at(SUNDAY_EVENING):
        elsewhere = open_clinic()
    actor = machine.actor()
    assert actor.grants == {("kiosk.use", machine.site_id)}
    with pytest.raises(NotAllowed):
        recognise(
            actor=actor, site_id=elsewhere.site_id, born_on=BORN,
            scan=Scan(ScanKind.PHONE, guest.phone),
        )  # fmt: skip


@pytest.mark.parametrize("rows", [1, 12])
def test_how_it_stands_costs_the_same_for_one_booking_and_for_twelve(
    hall, rows: int, django_assert_max_num_queries
):
    opened, machine, guest = hall
    for n in range(1, rows):
        day = timedelta(days=1 + n // 6)
        opened.clinic.book(at(9, 30 * (n % 6)) + day, patient_id=guest.patient_id)
    known = find(machine, ScanKind.PHONE, guest.phone)
    with django_assert_max_num_queries(24):
        assert how_it_stands(machine, known).case == Case.COMING
