"""Worlds with known chances, and models small enough to be reckoned by hand."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from math import exp, log, log1p
from random import Random
from typing import Any
from uuid import UUID

from yilu.facility.models import Site
from yilu.patients.models import Patient
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.prediction import permissions
from yilu.prediction.models import TrainedModel
from yilu.prediction.operations.training import Learnt, keep_training
from yilu.prediction.selectors.features import FEATURES
from yilu.queueing.models import Pace
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import Clinic

TRAINER = Actor.system("trainer", permissions.SEE)
CHANNELS = ("phone", "web", "desk", "wechat")
ONLINE = ("web", "wechat")


def know_lengths(site_id: UUID) -> None:
    """The site has learnt how long its patients take: twelve minutes, give or take six."""
    Pace.objects.create(
        site_id=site_id, kind="consultation", cases=200, mean_seconds=12 * 60,
        spread_seconds=6 * 60, learnt_on=clock.now().date(),
    )  # fmt: skip


def staff(site_id: UUID, *grants: str) -> Actor:
    """Somebody with every right of prediction and those to book, or those named."""
    usual = (
        permissions.SEE, permissions.CALL, permissions.OPEN_PLACES,
        scheduling.SEE, scheduling.BOOK, scheduling.CHANGE, "patients.see", "patients.register",
    )  # fmt: skip
    pairs = frozenset((grant, site_id) for grant in grants or usual)
    return Actor(kind="staff", name="desk", user_id=new_id(), grants=pairs)


@dataclass
class World:
    """Past bookings whose chances of being missed are known."""

    clinic: Clinic
    people: list[UUID] = field(default_factory=list)

    def fill(self, number: int, *, days: int = 200, seed: int = 1, flat: bool = False) -> None:
        """So many past bookings, evenly over the days before now."""
        luck = Random(seed)  # noqa: S311 (a made-up world)
        now = clock.now()
        self.people = self.people or _people(self.clinic, number // 5)
        rows = []
        for n in range(number):
            starts_at = now - timedelta(days=1 + days * (number - n) / number)
            starts_at = starts_at.replace(second=0, microsecond=0)
            lead, channel = luck.uniform(0.1, 25), luck.choice(CHANNELS)
            chance = 0.12 if flat else known_chance(lead, channel)
            rows.append(
                Booking(
                    number=f"W{n:06d}-{seed}",
                    site_id=self.clinic.site_id,
                    service_id=self.clinic.service_id,
                    practitioner_id=self.clinic.doctors[0],
                    patient_id=self.people[luck.randrange(len(self.people))],
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(minutes=20),
                    clinic_day=starts_at.astimezone(UTC).date(),
                    state="no_show" if luck.random() < chance else "finished",
                    channel=channel,
                    created_at=starts_at - timedelta(days=lead),
                    changed_at=starts_at,
                )
            )
        Booking.objects.bulk_create(rows)


def known_chance(lead_days: float, channel: str) -> float:
    """The truth of a made-up world."""
    return 1 / (1 + exp(-(-5.2 + 1.3 * log1p(lead_days) + 1.2 * (channel in ONLINE))))


def _people(clinic: Clinic, number: int) -> list[UUID]:
    first = make_patient(Site.objects.get(pk=clinic.site_id), "张小明")
    like = Patient.objects.get(pk=first)
    copies = []
    for n in range(number):
        copy = Patient.objects.get(pk=first) if n == 0 else _copy(like, n)
        copies.append(copy)
    Patient.objects.bulk_create(copies[1:])
    return [one.pk for one in copies]


def _copy(like: Patient, n: int) -> Patient:
    values = {f.attname: getattr(like, f.attname) for f in Patient._meta.concrete_fields}
    values |= {"id": new_id(), "record_no": f"9{n:07d}", "born_on": date(1950 + n % 60, 1, 1)}
    return Patient(**values)


def by_lead(cut: float = 5.0, low: float = 0.05, high: float = 0.30) -> dict[str, Any]:
    """A forest of one tree: booked longer ahead than `cut` days is likelier to be missed."""

    tree = {
        "feature": [FEATURES.index("lead_days"), -1, -1],
        "threshold": [cut, 0.0, 0.0],
        "left": [1, 0, 0],
        "right": [2, 0, 0],
        "missing_left": [True, False, False],
        "value": [0.0, log(low / (1 - low)), log(high / (1 - high))],
    }
    return {"baseline": 0.0, "slope": -1.0, "intercept": 0.0, "trees": [tree]}


def keep_model(forest: dict[str, Any] | None = None, **facts: Any) -> TrainedModel:
    """A model in use, by the operation that keeps one."""
    held = TrainedModel.objects.filter(state="in_use").first()
    usual = {
        "bookings": 5000,
        "missed": 400,
        "from_on": date(2030, 6, 1),
        "tested_from": date(2031, 1, 20),
        "until_on": date(2031, 3, 1),
        "figures": {
            "cases": 1000, "missed": 80, "base": 0.08, "brier": 0.068, "base_brier": 0.0736,
            "log_loss": 0.25, "base_log_loss": 0.279, "auc": 0.71, "slope": 0.98,
            "intercept": -0.03,
        },
        "bins": [
            {"cases": 100, "predicted": 0.02 + n * 0.025, "observed": 0.02 + n * 0.024,
             "low": 0.01 + n * 0.018, "high": 0.05 + n * 0.031} for n in range(10)
        ],
        "replay": {
            "sessions": 200, "extra_places": 40,
            "without": {"seen": 1800, "idle_minutes": 5200, "wait": 14.0, "beyond_share": 0.01},
            "with_extra": {"seen": 1837, "idle_minutes": 4700, "wait": 17.5, "beyond_share": 0.02},
        },
        "artifact": b"stands for what the library wrote",
        "forest": json.dumps(forest or by_lead()).encode(),
        "compared_with": held.pk if held else None,
        "seconds": 6.0,
        "peak_mb": 190,
    }  # fmt: skip
    key = keep_training(actor=TRAINER, learnt=Learnt(**usual | facts))
    return TrainedModel.objects.get(pk=key)
