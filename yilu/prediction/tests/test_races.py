"""At the same moment: one model is in use, one place is opened, one patient gets it."""

from collections.abc import Callable
from uuid import UUID

import pytest

from yilu.prediction.models import ExtraPlace, TrainedModel
from yilu.prediction.operations.places import ForWhom, book_extra_place, open_extra_place
from yilu.prediction.operations.training import Learnt, keep_training
from yilu.prediction.selectors.advice import session_advice
from yilu.prediction.tests.factories import TRAINER, keep_model, staff
from yilu.prediction.tests.test_places import DAY, LIKELY, fill, open_first
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.test_races import at_once

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A20"),
]
MANY = 6


@pytest.mark.parametrize("is_first", [True, False])
def test_of_many_trainings_that_end_at_once_one_is_kept(is_first):
    held = None if is_first else keep_model().pk
    learnt = Learnt(
        bookings=2000, missed=200, compared_with=held, artifact=b"x", forest=b"{}",
        figures={"base": 0.1},
    )  # fmt: skip

    seen = at_once([lambda: keep_training(actor=TRAINER, learnt=learnt)] * MANY)

    assert seen == {"done": 1, "overtaken_training": MANY - 1}
    assert TrainedModel.objects.filter(state="in_use").count() == 1
    assert TrainedModel.objects.count() == (1 if is_first else 2)


def test_of_many_who_open_the_same_place_one_does(clinic):
    keep_model(LIKELY)
    fill(clinic)
    manager = staff(clinic.site_id)
    (session,) = session_advice(manager, clinic.site_id, DAY)

    def opens() -> None:
        open_extra_place(
            actor=manager, site_id=clinic.site_id, practitioner_id=clinic.doctors[0],
            day=DAY, starts_at=session.next.starts_at,
        )  # fmt: skip

    seen = at_once([opens] * MANY)

    assert seen["done"] == 1
    assert set(seen) <= {"done", "place_taken", "place_not_advised"}
    assert ExtraPlace.objects.count() == 1


def test_of_many_who_give_the_same_place_one_does(clinic):
    keep_model(LIKELY)
    fill(clinic)
    desk = staff(clinic.site_id)
    place_id = open_first(clinic, desk)
    people = [clinic.patient(f"林晓{n}") for n in "一二三四五六"]

    def gives(patient_id: UUID) -> Callable[[], object]:
        whom = ForWhom(patient_id, "phone")
        return lambda: book_extra_place(actor=desk, place_id=place_id, whom=whom)

    seen = at_once([gives(one) for one in people])

    assert seen == {"done": 1, "place_taken": MANY - 1}
    assert Booking.objects.filter(lane__gt=0).count() == 1
