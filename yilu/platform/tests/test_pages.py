"""Pages of the platform: the design system, what readers choose, what goes wrong."""

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from yilu.platform import faults
from yilu.platform.errors import NotAllowed, Overloaded
from yilu.platform.web import refusals


@pytest.fixture
def guarded() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "设计规范"), ("en", "Design system")])
def test_the_design_page_needs_no_database(client: Client, language: str, title: str):
    client.cookies["yilu_language"] = language
    response = client.get("/design")

    assert response.status_code == 200
    assert f"<title>{title}" in response.text


def test_the_chosen_language_is_kept_before_anybody_signs_in(client: Client):
    response = client.post("/language", {"language": "en", "next": "/design?x=1"})

    assert (response.status_code, response["Location"]) == (302, "/design?x=1")
    assert client.cookies["yilu_language"].value == "en"
    assert '<html lang="en"' in client.get("/design").text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_choosing_a_language_leads_nowhere_else(client: Client, elsewhere: str):
    response = client.post("/language", {"language": "en", "next": elsewhere})

    assert response["Location"] == "/"


@pytest.mark.parametrize(("path", "sent"), [("/language", "tlh"), ("/display", "gigantic")])
def test_a_choice_that_does_not_exist_is_refused(client: Client, path: str, sent: str):
    response = client.post(path, {"language": sent, "display": sent})

    assert response.status_code == 400
    assert {"yilu_language", "yilu_display"}.isdisjoint(client.cookies)


def test_the_chosen_size_is_drawn_by_the_next_page(client: Client):
    client.post("/display", {"display": "large", "next": "/design"})

    assert 'class="yl-large"' in client.get("/design").text


def test_a_form_from_elsewhere_is_refused(guarded: Client):
    response = guarded.post("/language", {"language": "en", "next": "/design"})

    assert response.headers.get("Location") != "/design"
    assert "yilu_language" not in guarded.cookies


@pytest.mark.parametrize("status", sorted(faults.TITLES))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_fault_is_told_in_both_languages(status: int, language: str):
    with translation.override(language):
        fault = faults.describe(status)
        other = faults.describe(status).in_other_language
    with translation.override("en" if language == "zh-hans" else "zh-hans"):
        assert other.startswith(faults.describe(status).title)
    assert fault.title != faults.describe(status, "").in_other_language
    assert fault.status == status


@pytest.mark.parametrize("error", [NotAllowed(), Overloaded(), refusals.Bug()])
def test_a_fault_is_drawn_without_a_database(error: NotAllowed | Overloaded | refusals.Bug):
    request = RequestFactory().get("/anything")

    response = refusals.shown(request, error)

    assert response.status_code == error.status
    assert b"yl-fault-box" in response.content


def test_a_part_that_is_refused_is_a_part():
    request = RequestFactory().get("/anything", headers={"HX-Request": "true"})

    response = refusals.shown(request, NotAllowed())

    assert b"<html" not in response.content
    assert b'data-code="not_allowed"' in response.content
