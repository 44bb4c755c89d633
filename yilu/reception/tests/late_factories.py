"""A morning on which a doctor runs late, for tests of all that follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.catalogue.models import Service
from yilu.facility.models import Site
from yilu.messaging.models import Message
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.testing import drain
from yilu.queueing import permissions as queueing
from yilu.queueing.models import Queue
from yilu.queueing.operations.calling import call_next
from yilu.queueing.operations.limits import Figures, set_wait_rule
from yilu.reception.operations.arrivals import check_in
from yilu.reception.tests.factories import SETTER, OpenClinic, open_clinic
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import at

TEN_MINUTES = timedelta(minutes=10)
CALLER = Actor.system("caller", queueing.CALL, queueing.SEE)
# At this time the first is inside for fifty minutes, and four who came in time wait.
NOW = at(9, 50)
TELLS = Figures(15, 5, 0, 4, tells_later=True)


@dataclass
class LateMorning:
    """A doctor with a patient every ten minutes from nine until half past eleven."""

    clinic: OpenClinic
    booked: dict[datetime, UUID]

    @property
    def site_id(self) -> UUID:
        return self.clinic.site_id

    @property
    def queue_id(self) -> UUID:
        return Queue.objects.get(site_id=self.site_id, kind="consultation").pk

    @property
    def doctor_id(self) -> UUID:
        return self.clinic.clinic.doctors[0]

    def of(self, hour: int, minute: int = 0) -> Booking:
        """The booking of that time, as it is now."""
        return Booking.objects.get(pk=self.booked[at(hour, minute)])

    def came(self, hour: int, minute: int, now: datetime | None = None) -> UUID:
        """Whoever is booked then comes, at that time or another; their ticket."""
        return self.comes(at(hour, minute), now or at(hour, minute))

    def comes(self, booked_at: datetime, now: datetime) -> UUID:
        """The same on any day."""
        with clock.at(now):
            here = check_in(actor=self.clinic.desk, booking_id=self.booked[booked_at])
            return here.ticket_id

    def call(self, now: datetime) -> None:
        """The doctor calls the next, and finishes who was inside."""
        with clock.at(now):
            call_next(
                actor=CALLER, station_id=self.clinic.station("consultation"), reason="goes on"
            )

    def told(self) -> dict[str, str]:
        """Whose booked time was changed to what, on the wall."""
        shift = timedelta(hours=8)
        return {
            f"{one.starts_at + shift:%H:%M}": f"{one.come_at + shift:%H:%M}"
            for one in Booking.objects.filter(come_at__isnull=False)
        }


def late_morning(
    *,
    tells: bool = True,
    phones: bool = True,
    start: datetime | None = None,
    clinic: OpenClinic | None = None,
    stays_away: datetime | None = None,
) -> LateMorning:
    """The morning fifty minutes after its start, before anybody was told anything.

    It begins at nine unless `start` says otherwise; nobody of `stays_away` has come.
    """
    clinic, start = clinic or open_clinic(), start or at(9)
    Service.objects.filter(pk=clinic.clinic.service_id).update(minutes=10, needs=[])
    if tells:
        set_wait_rule(actor=SETTER, site_id=clinic.site_id, figures=TELLS)
    site = Site.objects.get(pk=clinic.site_id)
    made = LateMorning(clinic, {})
    with clock.at(start - 3 * TEN_MINUTES):
        for n in range(16):
            phone = {"phone": f"1210000{n:03d}1"} if phones else {}
            patient_id = make_patient(site, f"张{n}", **phone)
            when = start + n * TEN_MINUTES
            made.booked[when] = clinic.clinic.book(when, patient_id=patient_id).id
    made.comes(start, start - TEN_MINUTES)
    made.call(start)
    for n in range(1, 5):
        when = start + n * TEN_MINUTES
        if when != stays_away:
            made.comes(when, when)
    return made


def let_be(*moments: datetime) -> None:
    """Let everything happen that is due at these times."""
    for moment in moments:
        with clock.at(moment):
            drain()


def messages(kind: str = "come_later") -> Iterable[Message]:
    """What was sent, in order."""
    return Message.objects.filter(template=kind, channel="sms").order_by("created_at", "key")
