"""What is said of a line of a running session that is refused."""

import pytest
from django.urls import reverse

from yilu.aesthetics.models import Pass
from yilu.aesthetics.tests.factories import IPL, agreed, begun, consulted, make_room, sealed
from yilu.clinical.tests.test_pages import PART, browser

pytestmark = pytest.mark.covers("C10")


@pytest.mark.django_db
def test_a_refused_pass_says_each_thing_once_and_counts_have_no_unit():
    room = make_room()
    consulted(room)
    agreed(room)
    session = begun(room)
    client = browser(room.nurse)
    client.cookies["yilu_language"] = "en"
    address = reverse("aesthetics:record-pass", args=[room.visit_id, session])

    def said(**changed):
        fields = sealed(room, area="cheek_r", passes="1", **(IPL | changed))
        answer = client.post(address, fields, headers=PART)
        assert answer.status_code == 422
        return answer.text

    assert "must lie between 1 and 3." in said(sub_pulses="99")
    assert "must lie between 8 and 35 J/cm²." in said(fluence="99")
    assert said(fluence="35").count("35 J/cm² is outside the usual 10–25") == 1
    assert not Pass.objects.exists()
