"""A clinic that offers examinations, and patients for whom some are asked for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.catalogue.models import Performs
from yilu.clinical import permissions as clinical
from yilu.clinical.tests.factories import make_visit
from yilu.diagnostics import permissions
from yilu.diagnostics.operations.requests import ExamWish, ask_examination
from yilu.diagnostics.operations.trips import TripWish, book_trip
from yilu.facility.tests.factories import words
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.records import permissions as records
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.tests.factories import Clinic, make_clinic, make_service

NAMES = {
    "blood_fasting": ("空腹抽血", "Fasting blood test", 10),
    "ultrasound_abdomen": ("腹部超声", "Abdominal ultrasound", 20),
    "ecg": ("心电图", "ECG", 15),
    "ct_contrast": ("增强 CT", "CT with contrast", 20),
    "gastroscopy_sedated": ("无痛胃镜", "Gastroscopy with sedation", 30),
}


@dataclass
class Centre:
    """A clinic, its examinations by key, and who asks for them."""

    clinic: Clinic
    services: dict[str, UUID]
    doctor: Actor

    @property
    def site_id(self) -> UUID:
        return self.clinic.site_id

    @property
    def who(self) -> UUID:
        return self.clinic.doctors[0]

    def visit(self, patient_id: UUID | None = None) -> UUID:
        return make_visit(self.site_id, patient_id or self.clinic.patient())

    def ask(self, visit_id: UUID, *keys: str, **facts: object) -> list[UUID]:
        """Examinations asked for at a visit."""
        wishes = [
            ExamWish(visit_id=visit_id, service_id=self.services[key], **facts)  # type: ignore[arg-type]
            for key in keys
        ]
        return [ask_examination(actor=self.doctor, wish=one) for one in wishes]

    def asked(self, *keys: str) -> tuple[UUID, list[UUID]]:
        """A patient with these examinations asked for."""
        patient = self.clinic.patient()
        return patient, self.ask(self.visit(patient), *keys)

    def book(self, patient: UUID, places: dict[UUID, datetime]) -> UUID:
        """A trip with the first doctor, at these times."""
        wish = TripWish(self.site_id, patient, {key: (at, self.who) for key, at in places.items()})
        return book_trip(actor=self.doctor, wish=wish)


def make_centre(*keys: str, days: int = 7, doctors: int = 2) -> Centre:
    """A centre that offers these, or all; every doctor does all."""
    services = {}
    for key in keys or NAMES:
        zh, en, minutes = NAMES[key]
        services[key] = make_service(
            key=key, name=words(zh, en), minutes=minutes, preparation=words("带好病历", "Records")
        )
    clinic = make_clinic(doctors=doctors, rooms=2, days=days)
    Performs.objects.bulk_create(
        Performs(practitioner_id=doctor, service_id=service)
        for doctor in clinic.doctors
        for service in services.values()
    )
    held = (
        permissions.SEE,
        permissions.ASK,
        permissions.BOOK,
        clinical.SEE,
        scheduling.SEE,
        scheduling.BOOK,
        scheduling.CHANGE,
        records.CARE,
    )
    grants = frozenset((one, clinic.site_id) for one in held)
    return Centre(clinic, services, Actor("staff", "doctor", user_id=new_id(), grants=grants))
