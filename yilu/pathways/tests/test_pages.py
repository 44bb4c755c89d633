"""Worklists and definitions as pages."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from yilu.facility.tests.factories import make_site
from yilu.pathways import permissions
from yilu.pathways.models import Definition, Step
from yilu.pathways.operations.cases import start_case
from yilu.pathways.operations.definitions import publish_definitions, publish_pathway
from yilu.pathways.rules.plan import named_rules
from yilu.pathways.selectors.definitions import current_definitions
from yilu.pathways.tests.plans import OUTING
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.platform.reference import app_names, events_of
from yilu.workforce.operations.posts import load_posts
from yilu.workforce.tests.factories import HIRER, make_staff

pytestmark = pytest.mark.django_db
JOB = Actor.system("test", permissions.PUBLISH, permissions.WORK)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def site_id() -> UUID:
    load_posts(actor=HIRER)
    return make_site()


def signed_in(user_id: UUID) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(pk=user_id))
    return client


def start(site_id: UUID) -> Step:
    publish_pathway(actor=JOB, text=json.dumps(OUTING))
    start_case(
        actor=JOB, key="outing", subject_type="visits.visit", subject_id=new_id(),
        patient_id=None, site_id=site_id,
    )  # fmt: skip
    return Step.objects.get(state="open")


def post(client: Client, url: str, **data: object):
    return client.post(url, {"request_key": str(new_id()), **data}, headers={"HX-Request": "true"})


@pytest.mark.covers("I02")
def test_a_step_is_taken_finished_and_taken_up_again_from_the_worklist(site_id):
    step = start(site_id)
    client = signed_in(make_staff("front_desk", site_id=site_id).user_id)
    page = client.get("/pathways/worklist")
    assert page.status_code == 200
    assert f'id="step-{step.pk}"' in page.content.decode()

    assert post(client, f"/pathways/steps/{step.pk}/take", version=2).status_code == 200
    done = post(client, f"/pathways/steps/{step.pk}/finish", version=3)
    toast = json.loads(done["HX-Trigger"])["toast"]
    assert toast["undo"] == f"/pathways/steps/{step.pk}/reopen"
    assert Step.objects.get(pk=step.pk).state == "closed"
    post(client, toast["undo"])
    assert Step.objects.get(pk=step.pk).state == "open"


def test_a_post_sees_nothing_of_another(site_id):
    step = start(site_id)
    client = signed_in(make_staff("nurse", site_id=site_id).user_id)

    assert str(step.pk) not in client.get("/pathways/worklist").content.decode()
    assert client.get("/pathways/worklist?post=front_desk").status_code == 404
    assert post(client, f"/pathways/steps/{step.pk}/finish", version=1).status_code == 403
    assert Step.objects.get(pk=step.pk).state == "open"


def test_a_step_is_handed_over_and_skipped_by_dialogs(site_id):
    step = start(site_id)
    desk, other = (make_staff("front_desk", site_id=site_id) for _ in range(2))
    client = signed_in(desk.user_id)
    url = f"/pathways/steps/{step.pk}/hand-over/{site_id}"
    assert client.get(url).status_code == 200
    handed = post(client, url, to=f"user:{other.user_id}", version="2")
    assert handed.status_code == 200
    assert Step.objects.get(pk=step.pk).owner_id == other.user_id

    empty = post(client, f"/pathways/steps/{step.pk}/skip", reason="")
    assert empty.status_code == 422
    assert post(client, f"/pathways/steps/{step.pk}/skip", reason="No time").status_code == 200
    assert Step.objects.get(pk=step.pk).state == "skipped"


@pytest.mark.parametrize("post", ["administrator", "nurse"])
def test_who_publishes_or_works_by_pathways_reads_them(site_id, post):
    publish_definitions(actor=JOB)
    client = signed_in(make_staff(post, site_id=site_id).user_id)

    for path in ("", "outpatient_visit"):
        assert client.get(f"/pathways/definitions/{path}").status_code == 200


@pytest.mark.covers("I01")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Vital signs are recorded", "nothing is charged"]),
        ("zh-hans", ["已测体征", "无费用"]),
    ],
)
def test_a_pathway_is_read_in_words_and_not_in_those_of_the_code(site_id, language, words):
    publish_definitions(actor=JOB)
    client = signed_in(make_staff("nurse", site_id=site_id).user_id)
    client.cookies["yilu_language"] = language
    events = [event.__name__ for app in app_names() for event in events_of(app)]

    road = client.get("/pathways/definitions/outpatient_visit").content.decode()
    assert [word for word in words if word not in road] == []
    for line in current_definitions():
        page = client.get(f"/pathways/definitions/{line.key}").content.decode()
        assert [name for name in [*events, *named_rules()] if name in page] == []


@pytest.mark.covers("I01")
def test_a_pathway_is_read_as_a_chart_and_published_anew(site_id):
    publish_definitions(actor=JOB)
    client = signed_in(make_staff("manager", site_id=site_id).user_id)
    url = "/pathways/definitions/outpatient_visit"
    page = client.get(url).content.decode()
    assert "<svg" in page
    assert "at most 65 min" in page
    assert client.get("/pathways/definitions/").status_code == 200

    body = Definition.objects.get(key="outpatient_visit").body
    body["steps"][2]["due"]["minutes"] = 30
    published = post(client, url, text=json.dumps(body))
    assert published.status_code in {200, 303}
    versions = Definition.objects.filter(key="outpatient_visit").values_list("version", flat=True)
    assert sorted(versions) == [1, 2]
    publish_definitions(actor=JOB)
    assert Definition.objects.filter(key="outpatient_visit").count() == 2


@pytest.mark.covers("I01")
def test_of_two_who_publish_at_once_the_slower_overwrites_nothing(site_id):
    publish_definitions(actor=JOB)
    client = signed_in(make_staff("manager", site_id=site_id).user_id)
    url = "/pathways/definitions/outpatient_visit"
    assert 'name="version" value="1"' in client.get(url).content.decode()
    body = Definition.objects.get(key="outpatient_visit").body
    for minutes, status in ((30, 200), (40, 412)):
        body["steps"][2]["due"]["minutes"] = minutes
        answer = post(client, url, text=json.dumps(body), version=1)
        assert answer.status_code == status
    assert "Show it as it is now" in answer.content.decode()
    newest = Definition.objects.filter(key="outpatient_visit").latest("version")
    assert (newest.version, newest.body["steps"][2]["due"]["minutes"]) == (2, 30)


@pytest.mark.covers("I01")
def test_versions_bear_the_time_of_the_reader_s_wall(site_id):
    with clock.at(datetime(2026, 3, 2, 20, 30, tzinfo=UTC)):
        publish_definitions(actor=JOB)
        client = signed_in(make_staff("manager", site_id=site_id).user_id)
        assert "in use since 2026-03-03" in client.get("/pathways/definitions/").content.decode()
        page = client.get("/pathways/definitions/outpatient_visit").content.decode()
    assert "2026-03-03 04:30" in page


@pytest.mark.covers("I01")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda b: b["steps"][0].update(role="wizard"), "No post here has the key “wizard”."),
        (lambda b: b["steps"][1]["opens"].update(after=["nowhere"]), "There is no step “nowhere”"),
        (lambda b: b["steps"][0].update(opens={"after": ["leave"]}), "wait for each other"),
        (lambda b: b["steps"][1].update(skip_if="moon_is_full"), "There is no rule “moon_is_full”"),
        (lambda b: b["steps"].append(b["steps"][0]), "Two steps have the key “greet”."),
        (lambda b: b["steps"][0].pop("title"), "Something is missing here"),
        (lambda b: b.update(key="other"), "This is another pathway: other."),
    ],
)
def test_what_is_wrong_with_a_definition_is_said_in_words_and_nothing_is_published(
    site_id, change, words
):
    publish_definitions(actor=JOB)
    client = signed_in(make_staff("manager", site_id=site_id).user_id)
    body = json.loads(json.dumps(Definition.objects.get(key="outpatient_visit").body))
    change(body)

    refused = post(client, "/pathways/definitions/outpatient_visit", text=json.dumps(body))

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert Definition.objects.filter(key="outpatient_visit").count() == 1


@pytest.mark.parametrize(
    "text", ["a: [", "a: &x 1\nb: *x", "- " * 5_000, "null", "[" * 50_000, "\x00", ""]
)
def test_text_that_is_no_definition_is_refused(site_id, text):
    publish_definitions(actor=JOB)
    client = signed_in(make_staff("manager", site_id=site_id).user_id)
    refused = post(client, "/pathways/definitions/outpatient_visit", text=text)

    assert refused.status_code in {400, 422}
    assert Definition.objects.filter(key="outpatient_visit").count() == 1


def test_who_may_not_publish_cannot(site_id):
    publish_definitions(actor=JOB)
    client = signed_in(make_staff("nurse", site_id=site_id).user_id)
    page = client.get("/pathways/definitions/outpatient_visit")
    assert "<textarea" not in page.content.decode()
    assert post(client, "/pathways/definitions/outpatient_visit", text="x: 1").status_code == 403
