"""Forms and buttons sent twice, too late, or with something wrong; and deeds taken back."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django import forms
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from yilu.platform import clock, numbers, undo
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import Conflict, FieldError, Invalid
from yilu.platform.forms import VersionedForm
from yilu.platform.ids import new_id
from yilu.platform.models import Counter, Request, Undo
from yilu.platform.undo import AlreadyTakenBack, BuiltUpon, UndoTooLate
from yilu.platform.web.once import posted_once, submit

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
NURSE = Actor(kind="staff", name="nurse", user_id=new_id())


class Pot:
    """Something with a version."""

    def __init__(self, version: int = 2) -> None:
        self.pk, self.version = new_id(), version


class PourForm(VersionedForm):
    cups = forms.IntegerField(min_value=1, max_value=9)


@operation
def pour(cups: int, version: int | None = None) -> int:
    poured = numbers.take("cups", cups)
    check_version(Pot(), version)
    if cups == 8:
        raise Invalid(FieldError("cups", "too_many", "Too many cups."))
    if cups == 9:
        raise Conflict
    return poured


@posted_once
def button(request):
    return HttpResponse(f"cup {pour(1)}", headers={"HX-Trigger": "poured"})


def form_view(request):
    form = PourForm(request.POST)
    return submit(
        request,
        form,
        lambda data: HttpResponse(f"cup {pour(**data)}"),
        lambda status: HttpResponse(form.errors.as_json(), status=status),
    )


urlpatterns = [
    path("button", button),
    path("form", form_view),
    path("", include("yilu.platform.web.urls")),
]


def poured() -> int:
    return Counter.objects.filter(series="cups").values_list("last", flat=True).first() or 0


def send(client: Client, where: str = "/button", key: str = "k", **data: object):
    return client.post(where, {"request_key": key, **data})


def test_a_button_pressed_twice_has_one_effect_and_one_answer(client):
    first, again = send(client), send(client)

    assert first.content == again.content == b"cup 1"
    assert again.headers["HX-Trigger"] == "poured"
    assert poured() == 1


def test_pressed_anew_it_does_its_work_again(client):
    send(client)
    send(client, key="other")

    assert poured() == 2


def test_a_deed_without_its_key_is_refused(client):
    assert client.post("/button").status_code == 400
    assert client.get("/button").status_code == 405
    assert poured() == 0


def test_a_form_is_saved_once(client):
    for _ in range(2):
        assert send(client, "/form", cups=3, version=2).content == b"cup 3"

    assert poured() == 3


def test_the_same_form_with_other_words_is_another_request(client):
    send(client, "/form", cups=3)

    assert send(client, "/form", cups=4).status_code == 422
    assert poured() == 3


@pytest.mark.parametrize(
    ("data", "status", "field"),
    [
        ({"cups": 0}, 422, "cups"),
        ({"cups": 8}, 422, "cups"),
        ({"cups": 3, "version": 1}, 412, "__all__"),
    ],
    ids=["by the form", "by the operation", "too old"],
)
def test_a_form_that_cannot_be_saved_comes_back_and_nothing_has_changed(
    client, data, status, field
):
    response = send(client, "/form", **data)

    assert (response.status_code, list(json.loads(response.content))) == (status, [field])
    assert (poured(), Request.objects.count()) == (0, 0)
    assert send(client, "/form", cups=2).status_code == 200


def test_another_refusal_is_told_as_such(client):
    assert send(client, "/form", cups=9).status_code == 409
    assert (poured(), Request.objects.count()) == (0, 0)


def test_a_deed_can_be_taken_back_once():
    pot = Pot()
    offer = undo.offer(NURSE, "tea.cup.poured", pot, cups=3)

    offered = undo.take_back(NURSE, offer, "tea.cup.poured")
    offered.check(pot)

    assert (offered.subject_id, offered.body) == (pot.pk, {"cups": 3})
    with pytest.raises(AlreadyTakenBack):
        undo.take_back(NURSE, offer, "tea.cup.poured")


def test_after_ten_minutes_of_real_time_it_is_too_late():
    offer = undo.offer(NURSE, "tea.cup.poured", Pot())

    later = clock.machine_now() + timedelta(minutes=10)
    with clock.at(clock.now(), machine=later), pytest.raises(UndoTooLate):
        undo.take_back(NURSE, offer, "tea.cup.poured")
    assert Undo.objects.get().taken_back_at is None


def test_what_has_been_built_upon_stays():
    pot = Pot()
    offer = undo.offer(NURSE, "tea.cup.poured", pot)
    pot.version += 1

    with pytest.raises(BuiltUpon):
        undo.take_back(NURSE, offer, "tea.cup.poured").check(pot)


def test_the_address_of_an_undo_calls_the_operation_of_its_deed(monkeypatch):
    monkeypatch.setattr(undo, "_reverses", {})
    taken: list[UUID] = []

    @operation
    def empty_cup(*, actor: Actor, undo_id: UUID) -> None:
        taken.append(undo.take_back(actor, undo_id, "tea.cup.poured").subject_id)

    undo.reverses("tea.cup.poured", empty_cup)
    pot = Pot()
    offer = undo.offer(NURSE, "tea.cup.poured", pot)

    assert undo.address(offer) == f"/undo/{offer}"
    undo.run(NURSE, offer)

    assert taken == [pot.pk]


def test_nobody_takes_anything_back_without_signing_in(client):
    offer = undo.offer(NURSE, "tea.cup.poured", Pot())

    response = send(client, undo.address(offer))

    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in")
    assert Undo.objects.get().taken_back_at is None
