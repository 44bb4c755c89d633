"""The sandbox's telephone system, written from the documentation, is understood."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from yilu.demo.sandbox.telephone import PATH, signed
from yilu.facility.models import Site
from yilu.platform import clock
from yilu.reception.models import Call
from yilu.reception.tests.telephone_factories import telephone
from yilu.scheduling.tests.factories import make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B16")]


def test_what_the_sandbox_signs_rings():
    made = telephone(make_clinic()).made
    said = {"event": "ringing", "call": "c-1", "from_number": "12100004321"}

    body, headers = signed(made.key, made.secret, said, int(clock.machine_now().timestamp()))
    answer = Client().post(PATH, body, content_type="application/json", headers=headers)

    assert answer.status_code == 200, answer.content
    assert Call.objects.get().state == "ringing"


def test_at_a_real_clinic_nobody_plays_callers():
    site = Site.objects.get(pk=make_clinic().site_id)

    with pytest.raises(CommandError, match="real clinic"):
        call_command("ring", "12100004321", site=site.key)
