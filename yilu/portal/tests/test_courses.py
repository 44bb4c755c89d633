"""Courses of treatment in the patient's account."""

import pytest
from django.urls import reverse

from yilu.aesthetics.operations.courses import mark_paid
from yilu.aesthetics.tests.test_courses import BILLING, sold
from yilu.clinical.tests.factories import make_room
from yilu.patients.models import Account
from yilu.patients.states import LinkHow
from yilu.portal.tests.factories import Someone

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C10")]


@pytest.mark.parametrize("mine", [True, False])
def test_what_is_left_of_a_course_stands_in_the_account_of_its_owner_alone(mine):
    room = make_room()
    mark_paid(actor=BILLING, course_id=sold(room))
    who = Someone()
    account = who.account()
    if mine:
        Account.objects.create(
            user_id=account.user_id, patient_id=room.patient_id, how=LinkHow.MATCHED
        )
    who.sign_in()

    answer = who.client.get(reverse("portal:courses"))

    assert answer.status_code == 200
    assert ("3 / 3" in answer.text) is mine


def test_who_is_not_signed_in_sees_no_courses(client):
    assert client.get(reverse("portal:courses")).status_code == 303
