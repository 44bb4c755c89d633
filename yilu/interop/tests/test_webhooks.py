"""Partners hear of every change of their bookings, over real HTTP, however they answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from yilu.demo.sandbox.partner import PartnerSandbox
from yilu.demo.sandbox.server import SandboxServer
from yilu.demo.sandbox.wire import Fault, Faults, Mode
from yilu.interop import jobs
from yilu.interop.adapters import webhook
from yilu.interop.errors import AddressNotAllowed, NothingToSend
from yilu.interop.models import Notice
from yilu.interop.models import Partner as PartnerRow
from yilu.interop.operations.keys import rotate_key, withdraw_key
from yilu.interop.operations.notices import Letter, send_again, settle, take_next
from yilu.interop.operations.partners import PartnerFacts, add_partner, stop_partner
from yilu.interop.rules.outcomes import Outcome
from yilu.interop.rules.schedule import MOST_TRIES
from yilu.interop.rules.targets import NotAllowedTarget, is_public, target
from yilu.interop.tests.factories import Partner, later, make_partner, manager
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import ClinicClock
from yilu.platform.testing import drain
from yilu.scheduling.operations.changing import (
    cancel_booking,
    reschedule_booking,
    undo_cancel_booking,
)
from yilu.scheduling.tests.factories import Clinic, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A16")]
WORKER = Actor.system("test")


@dataclass
class Stage:
    """A clinic, its partner, and the partner's receiver."""

    clinic: Clinic
    partner: Partner
    receiver: PartnerSandbox
    faults: Faults
    secrets: dict[str, str]

    def heard(self) -> list[str]:
        """What the receiver believed, each once."""
        return [one["type"] for one in self.receiver.received()]

    def fail(self, mode: Mode, times: int = 1, seconds: float = 0.4) -> None:
        self.faults.order("partner", Fault(mode, times, seconds))

    def send(self) -> None:
        """Everything that is due now."""
        drain(timers=False)
        while jobs.send_next() == 0.0:
            pass


@pytest.fixture
def stage(settings) -> Iterator[Stage]:
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.25
    now = clock.now()
    ClinicClock.objects.create(clinic=now, real=clock.machine_now(), speed=1)
    secrets: dict[str, str] = {}
    receiver, faults = PartnerSandbox(lambda: secrets, now.timestamp), Faults()
    with SandboxServer(0, [receiver], faults) as server:
        server.run_in_background()
        clinic = make_clinic(doctors=2, rooms=2)
        url = f"http://127.0.0.1:{server.server_address[1]}/partner"
        partner = make_partner(clinic, webhook_url=url)
        secrets[partner.key.name] = partner.key.secret
        yield Stage(clinic, partner, receiver, faults, secrets)
        server.shutdown()


def test_a_partner_hears_what_the_desk_does_with_its_booking(stage):
    made = stage.partner.book()
    reschedule_booking(
        actor=stage.clinic.actor, booking_id=made["id"], starts_at=at(11), practitioner_id=None
    )
    cancel_booking(actor=stage.clinic.actor, booking_id=made["id"], reason="医生停诊")
    undo_cancel_booking(actor=stage.clinic.actor, booking_id=made["id"])

    stage.send()

    assert stage.heard() == [
        "booking.made", "booking.moved", "booking.cancelled", "booking.restored",
    ]  # fmt: skip
    first, moved = stage.receiver.received()[:2]
    assert (first["by"], moved["by"]) == ("you", "clinic")
    assert moved["booking"]["reference"] == made["reference"]
    assert moved["booking"]["starts_at"] == "2031-03-03T11:00:00+08:00"
    assert "林" not in json.dumps(stage.receiver.received(), ensure_ascii=False)
    assert set(Notice.objects.values_list("state", flat=True)) == {"delivered"}


def test_of_other_bookings_a_partner_hears_nothing(stage):
    booked = stage.clinic.book(at(14))
    cancel_booking(actor=stage.clinic.actor, booking_id=booked.id, reason="x")

    stage.send()

    assert (stage.receiver.heard, Notice.objects.count()) == (0, 0)


def test_an_event_that_is_told_twice_is_one_notice(stage):
    stage.partner.book()
    drain(timers=False)
    notice = Notice.objects.get()
    Notice.objects.bulk_create(
        [
            Notice(
                partner_id=notice.partner_id, partner_booking_id=notice.partner_booking_id,
                site_id=notice.site_id, event=notice.event, seq=1, kind="x", body="{}",
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip

    assert Notice.objects.get().kind == "booking.made"


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (Mode.REFUSE, "cut_off"), (Mode.ERROR, "http_500"), (Mode.HANG, "answered_too_late"),
    ],
)  # fmt: skip
def test_a_receiver_that_fails_is_tried_again_later(stage, mode, reason):
    stage.partner.book()
    stage.fail(mode)

    stage.send()

    notice = Notice.objects.get()
    assert (notice.state, notice.tries, notice.reason) == ("waiting", 1, reason)
    assert notice.next_at == clock.machine_now() + timedelta(seconds=10)
    assert stage.heard() == []
    with later(0.2):
        stage.send()
    assert stage.heard() == ["booking.made"]
    assert Notice.objects.get().state == "delivered"


def test_what_arrived_without_our_hearing_of_it_arrives_twice_and_is_known_by_its_id(stage):
    stage.partner.book()
    stage.fail(Mode.LATE)

    stage.send()
    assert Notice.objects.get().state == "waiting"
    with later(0.2):
        stage.send()

    assert stage.receiver.heard == 2
    assert stage.heard() == ["booking.made"]


def test_what_happened_first_is_told_first(stage):
    made = stage.partner.book()
    cancel_booking(actor=stage.clinic.actor, booking_id=made["id"], reason="x")
    stage.fail(Mode.ERROR)

    stage.send()
    assert stage.heard() == []
    with later(0.2):
        stage.send()

    assert stage.heard() == ["booking.made", "booking.cancelled"]


def test_in_the_end_it_is_given_up_and_a_person_sends_it_again(stage):
    stage.partner.book()
    drain(timers=False)
    Notice.objects.update(tries=MOST_TRIES - 1)
    stage.fail(Mode.ERROR)
    stage.send()
    notice = Notice.objects.get()
    assert (notice.state, notice.reason) == ("dead", "http_500")

    stranger = manager(new_id())
    with pytest.raises(NotFound):
        send_again(actor=stranger, partner_id=stage.partner.id, notice_id=notice.pk)
    reader = Actor("staff", "x", grants=frozenset({("interop.see", stage.clinic.site_id)}))
    with pytest.raises(NotAllowed):
        send_again(actor=reader, partner_id=stage.partner.id, notice_id=notice.pk)
    send_again(actor=stage.partner.manager, partner_id=stage.partner.id, notice_id=notice.pk)
    stage.send()

    assert stage.heard() == ["booking.made"]
    with pytest.raises(NothingToSend):
        send_again(actor=stage.partner.manager, partner_id=stage.partner.id, notice_id=notice.pk)


def test_a_receiver_that_goes_on_failing_is_left_alone_for_a_while(stage):
    for hour in ("09", "10", "11", "14", "15", "16"):
        stage.partner.book(starts_at=f"2031-03-03T{hour}:00:00+08:00")
    stage.fail(Mode.ERROR, times=5)

    stage.send()

    row = PartnerRow.objects.get()
    assert (row.failures, row.rest_until) == (5, clock.machine_now() + timedelta(seconds=30))
    assert Notice.objects.filter(tries=0).count() == 1
    with later(0.6):
        stage.send()
    assert len(stage.heard()) == 6
    assert PartnerRow.objects.get().failures == 0


def test_a_worker_that_died_leaves_a_lease_and_its_late_word_counts_for_nothing(stage):
    stage.partner.book()
    drain(timers=False)
    taken = take_next(actor=WORKER)
    assert taken is not None
    assert take_next(actor=WORKER) is None
    with later(1.1):
        again = take_next(actor=WORKER)
        assert again is not None
        said = settle(actor=WORKER, notice_id=taken.id, tries=taken.tries, outcome=Outcome(204))
        assert said is False
    assert Notice.objects.get().state == "sending"


def test_webhooks_are_signed_with_the_newest_key(stage):
    with later(1):
        new = rotate_key(actor=stage.partner.manager, partner_id=stage.partner.id)
    stage.secrets.clear()
    stage.secrets[new.name] = new.secret
    stage.partner.book()

    stage.send()

    assert stage.heard() == ["booking.made"]


def test_a_receiver_that_does_not_know_the_key_believes_nothing(stage):
    stage.secrets.clear()
    stage.partner.book()

    stage.send()

    assert (stage.heard(), Notice.objects.get().reason) == ([], "http_401")


def test_without_a_key_nothing_leaves_unsigned(stage):
    stage.partner.book()
    withdraw_key(
        actor=stage.partner.manager, partner_id=stage.partner.id, key_id=stage.partner.key.id
    )

    stage.send()

    assert (stage.receiver.heard, Notice.objects.get().reason) == (0, "no_key")


def test_a_stopped_partner_still_hears_of_its_bookings(stage):
    made = stage.partner.book()
    stop_partner(actor=stage.partner.manager, partner_id=stage.partner.id)
    cancel_booking(actor=stage.clinic.actor, booking_id=made["id"], reason="x")

    stage.send()

    assert stage.heard() == ["booking.made", "booking.cancelled"]


HOSTS = {"hooks.example.com"}


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/x", "https://other.example.com/x", "https://127.0.0.1/x",
        "http://127.0.0.1:9/x", "http://localhost/x", "https://a@hooks.example.com/",
        "https://hooks.example.com@127.0.0.1/", "ftp://hooks.example.com/", "https://[::1]/",
        "https://hooks.example.com:x/", "", "//hooks.example.com/", "http://169.254.169.254/",
    ],
)  # fmt: skip
def test_to_other_addresses_nothing_is_ever_sent(url):
    with pytest.raises(NotAllowedTarget):
        target(url, hosts=HOSTS, may_loop=False)


def test_only_what_the_operator_named_is_taken_and_in_a_demonstration_loopback():
    assert target("https://hooks.example.com/a?b=1", hosts=HOSTS, may_loop=False).query == "b=1"
    assert target("http://127.0.0.1:8070/partner", hosts=HOSTS, may_loop=True).port == 8070
    with pytest.raises(NotAllowedTarget):
        target("http://127.0.0.2/x", hosts=HOSTS, may_loop=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("10.0.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("127.0.0.1", False), ("::1", False), ("fd00::1", False),
        ("::ffff:10.0.0.1", False), ("224.0.0.1", False), ("100.64.0.1", False),
    ],
)  # fmt: skip
def test_an_address_inside_a_house_is_not_public(address, public):
    assert is_public(address) is public


def test_a_named_host_that_leads_into_our_house_is_not_called(settings):
    settings.PARTNER_HOSTS = frozenset({"localhost"})
    letter = Letter(new_id(), new_id(), 1, "https://localhost/x", "x", "{}", "k", "s")

    assert webhook.send(letter) == Outcome(reason="address_not_allowed")


def test_a_partner_with_another_address_is_not_taken(settings):
    settings.PARTNER_HOSTS = frozenset(HOSTS)
    clinic = make_clinic()
    facts = PartnerFacts("x", (clinic.site_id,), webhook_url="http://127.0.0.1:1/x")

    with pytest.raises(AddressNotAllowed):
        add_partner(actor=manager(clinic.site_id), facts=facts)
    assert PartnerRow.objects.count() == 0
