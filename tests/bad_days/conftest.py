"""A small clinic behind the real server, and callers with every right."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from tests.bad_days.calling import Call, Callers
from tests.bad_days.crew import Crew, crew
from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import access, clock
from yilu.platform.actors import Actor
from yilu.platform.models import ClinicClock
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic

PATIENCE = 60.0
RIGHTS = (
    "patients.see",
    "patients.see_all",
    "patients.register",
    "patients.change",
    "scheduling.see",
    "scheduling.book",
    "scheduling.change",
    "queueing.see",
    "queueing.call",
    "reception.arrive",
    "billing.see",
    "billing.cash",
    "facility.see",
    "messaging.see",
)


@dataclass(frozen=True)
class Open:
    """A clinic that can be called."""

    clinic: Clinic
    callers: Callers

    def patients(self, count: int) -> list[UUID]:
        """So many who can be reached by phone."""
        site = Site.objects.get(pk=self.clinic.site_id)
        with clock.at(SUNDAY_EVENING):
            return [make_patient(site, phone=make_phone()) for _ in range(count)]

    def booking(self, starts_at: datetime, patient_id: UUID, key: str) -> Call:
        """A wish for the first doctor."""
        wish = {
            "service": str(self.clinic.service_id),
            "site": str(self.clinic.site_id),
            "practitioner": str(self.clinic.doctors[0]),
            "starts_at": starts_at.isoformat(),
            "patient": str(patient_id),
        }
        return Call("POST", "/api/v1/bookings", wish, key)

    def registering(self, body: dict[str, Any], key: str) -> Call:
        """Somebody new."""
        return Call("POST", "/api/v1/patients", body, key)

    def free(self, starts_from: datetime, starts_until: datetime) -> Call:
        """Which times are free."""
        asked = {
            "service": self.clinic.service_id,
            "site": self.clinic.site_id,
            "from": starts_from.isoformat(),
            "to": starts_until.isoformat(),
        }
        return Call("GET", f"/api/v1/free-slots?{urlencode(asked)}")


@pytest.fixture(scope="module")
def product(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """The running product; no test may kill it. Two at once would share the work."""
    with crew(tmp_path_factory.mktemp("bad_days")) as running:
        yield running


@pytest.fixture
def opening(transactional_db: None) -> Callable[..., Open]:
    """Open a clinic behind a crew, on the Sunday evening of scheduling's tests."""

    def make(running: Crew, **facts: Any) -> Open:
        with clock.at(SUNDAY_EVENING):
            clinic = make_clinic(**facts)
            token = access.new_bearer(
                Actor.system("tests"), "partner", "tests", permissions=RIGHTS, sites=[]
            )
        ClinicClock.objects.create(
            id=True, clinic=SUNDAY_EVENING, real=clock.machine_now(), speed=1.0
        )
        opened = Open(clinic, Callers(running.port, token))
        _until_it_is_sunday(opened)
        return opened

    return make


def _until_it_is_sunday(opened: Open) -> None:
    """The server looks at the clinic's clock twice a second."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        answer = opened.callers.one(opened.free(at(0), at(23)))
        if answer.status == 200 and answer.read["items"]:
            return
        sleep(0.05)
    raise RuntimeError(f"the clinic does not open: {answer.status} {answer.body[:300]!r}")


@pytest.fixture(scope="session")
def description(django_db_setup: None) -> dict[str, Any]:
    """The API as it describes itself."""
    return dict(json.loads(Client().get("/api/v1/openapi.json").content))


@pytest.fixture
def as_owner(transactional_db: None) -> Callable[[str], None]:
    """Change tables, which only their owner may."""

    def run(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '30s'; SET statement_timeout = '60s'")
            cursor.execute("SET ROLE NONE")
            cursor.execute(statement)
        connection.close()

    return run
