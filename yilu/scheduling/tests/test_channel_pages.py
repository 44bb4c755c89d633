"""Shares of channels at the desk: seen by all, set by who sets rosters, foreseen before saving."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.models import PlanUse, ReleasePlan
from yilu.scheduling.selectors.release_plans import release_plans, ruled_sessions
from yilu.scheduling.shares import Share
from yilu.scheduling.tests.factories import Clinic, at, make_actor, make_clinic
from yilu.scheduling.tests.test_channels import ruled
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A01")]


def sign_in(client: Any, clinic: Clinic, post: str) -> None:
    person = make_staff(post, site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))


def typed(clinic: Clinic, **more: Any) -> dict[str, Any]:
    usual = {
        "request_key": str(new_id()), "name": "专家号", "unit": "bookings", "falls_hours": "24",
        "per_person": "1", "resources": [str(one) for one in clinic.doctor_resources],
        "amount_online": "3", "days_online": "7", "at_online": "07:00",
    }  # fmt: skip
    return usual | more


def test_a_template_is_foreseen_set_shown_changed_and_retired(client: Any):
    clinic = make_clinic()
    sign_in(client, clinic, "manager")
    new = f"/scheduling/channels/{clinic.site_id}/new"
    assert client.get(new).status_code == 200

    seen = client.post(f"{new}?look=1", typed(clinic)).content.decode()

    assert "14" in seen
    assert not ReleasePlan.objects.exists()
    assert client.post(new, typed(clinic)).status_code in {200, 204, 302, 303}
    plan = ReleasePlan.objects.get()
    page = client.get(f"/scheduling/channels/?site={clinic.site_id}").content.decode()
    assert "专家号" in page
    assert "0 / 3" in page
    one = f"/scheduling/channels/{clinic.site_id}/{plan.pk}"
    assert 'value="07:00"' in client.get(one).content.decode()
    client.post(one, typed(clinic, version="1", amount_online="5"))
    too_old = client.post(one, typed(clinic, version="1", amount_online="6"))
    assert too_old.status_code == 412
    assert f'<a href="{one}"' in too_old.content.decode()  # Sent again, it would be refused again.
    assert [share.amount for share in plan.shares.all()] == [5]
    client.post(f"{one}/retire", {"request_key": str(new_id())})
    assert not PlanUse.objects.exists()


def test_half_a_release_and_a_doctor_of_another_template_are_refused(client: Any):
    clinic = make_clinic()
    sign_in(client, clinic, "manager")
    new = f"/scheduling/channels/{clinic.site_id}/new"
    assert client.post(new, typed(clinic, at_online="")).status_code == 422
    ruled(clinic, Share("online", amount=1))
    assert client.post(new, typed(clinic)).status_code == 422
    assert ReleasePlan.objects.count() == 1


def test_the_desk_sees_shares_and_may_not_set_them(client: Any):
    clinic = make_clinic()
    ruled(clinic, Share("online", amount=1))
    sign_in(client, clinic, "front_desk")
    page = client.get(f"/scheduling/channels/?site={clinic.site_id}").content.decode()
    assert "0 / 1" in page
    assert client.get(f"/scheduling/channels/{clinic.site_id}/new").status_code == 403


def test_the_page_costs_the_same_for_one_session_and_for_twelve():
    clinic = make_clinic()
    actor = make_actor(clinic.site_id)
    ruled(clinic, Share("online", amount=2), weekdays=(0,))
    clinic.book(at(9), channel="web")
    for many in (2, 14):
        with CaptureQueriesContext(connection) as caught:
            assert len(ruled_sessions(actor, clinic.site_id)) == many
        assert len(caught) <= 4
        PlanUse.objects.update(weekdays=[])
    with CaptureQueriesContext(connection) as caught:
        release_plans(actor, clinic.site_id)
    assert len(caught) <= 6
