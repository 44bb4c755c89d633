"""The pages of a site, as its manager uses them."""

from datetime import time
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from yilu.facility.selectors.sites import site_info
from yilu.facility.tests.factories import make_site
from yilu.platform.models import AuditEntry, User
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O01")]
SAID = {
    "name_zh": "东区",
    "short_name_zh": "东",
    "address_zh": "东路 1 号",
    "holiday_rule": "closed",
    "quiet_from": "22:30",
    "quiet_until": "07:15",
}


def change(client: Client, site_id: UUID, facts: dict[str, object]) -> int:
    return int(client.post(reverse("facility:edit-site", args=[site_id]), facts).status_code)


def test_a_manager_sets_the_quiet_hours_of_a_site(client: Client):
    site_id = make_site()
    assert (site_info(site_id).quiet_from, site_info(site_id).quiet_until) == (time(21), time(8))
    boss = make_staff("administrator", site_id=site_id)
    client.force_login(User.objects.get(pk=boss.user_id))
    page = client.get(reverse("facility:edit-site", args=[site_id])).content.decode()
    assert 'value="21:00"' in page
    assert "免打扰" in page

    assert change(client, site_id, SAID | {"version": 1}) == 303
    assert change(client, site_id, SAID | {"version": 1, "quiet_from": "20:00"}) == 412
    for wrong in ("25:00", "", "x", "-1:00"):
        assert change(client, site_id, SAID | {"version": 2, "quiet_until": wrong}) == 422
    assert change(client, site_id, SAID | {"version": 2, "phone": "前台"}) == 422

    known = site_info(site_id)
    assert (known.quiet_from, known.quiet_until, known.version) == (time(22, 30), time(7, 15), 2)
    assert AuditEntry.objects.filter(action="facility.site.changed").count() == 1


def test_who_does_not_look_after_a_site_sets_no_quiet_hours(client: Client):
    site_id = make_site()
    desk = make_staff("front_desk", site_id=site_id)
    client.force_login(User.objects.get(pk=desk.user_id))
    assert change(client, site_id, SAID | {"version": 1}) == 404
    assert site_info(site_id).version == 1


def test_a_form_that_was_sent_back_does_not_overwrite_what_others_changed_meanwhile(client: Client):
    site_id = make_site()
    boss = make_staff("administrator", site_id=site_id)
    client.force_login(User.objects.get(pk=boss.user_id))
    url = reverse("facility:edit-site", args=[site_id])
    assert change(client, site_id, SAID | {"version": 1}) == 303

    back = client.post(url, SAID | {"version": 1, "quiet_until": "25:00"}).content.decode()

    assert 'name="version" value="1"' in back
