"""The demonstration's partner books by signed requests, and hears what we say of it."""

from types import SimpleNamespace

import httpx
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from yilu.demo.operations.partner import add_sandbox_partner
from yilu.demo.players.deeds import partner
from yilu.demo.players.stage import Place
from yilu.demo.players.wire import Refused, Wire
from yilu.demo.sandbox import accounts
from yilu.interop.models import Notice, PartnerBooking
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.models import ClinicClock
from yilu.platform.testing import drain
from yilu.scheduling.tests.factories import SUNDAY_EVENING, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A16")]


@pytest.fixture
def wire():
    """The line to the product itself, within the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with_product = httpx.WSGITransport(WSGIHandler())
    line = Wire("http://localhost", each_second=1000, transport=with_product)
    yield line
    line.close()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_platforms_user_books_and_the_platform_is_told(wire, settings, tmp_path):
    settings.WECHATPAY_FILE = tmp_path / "keys" / "wechatpay.json"
    with clock.at(SUNDAY_EVENING, machine=SUNDAY_EVENING):
        clinic = make_clinic()
        ClinicClock.objects.create(clinic=SUNDAY_EVENING, real=clock.machine_now(), speed=1)
        stage = SimpleNamespace(
            wire=wire, place=Place(clinic.site_id, "south"), day=SUNDAY_EVENING.date()
        )
        with pytest.raises(Refused):
            partner.book(stage, "one", clock.now())
        add_sandbox_partner(actor=Actor.system("test"), site_ids=[clinic.site_id])

        partner.book(stage, "one", clock.now())
        drain(timers=False)

    assert PartnerBooking.objects.get().reference.startswith("HT-")
    assert Notice.objects.get().kind == "booking.made"
    known = accounts.partner_key()
    assert known is not None
    assert accounts.partner().received() == []
    assert oct((tmp_path / "keys" / accounts.PARTNER_FILE).stat().st_mode)[-3:] == "600"
