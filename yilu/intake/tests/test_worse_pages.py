"""The nurse's dialog about who feels worse, and what is said while it is open."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.intake.models import FeltWorse
from yilu.intake.operations.worse import say_worse
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.queueing.models import Ticket
from yilu.queueing.tests.factories import make_clinic, row
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B18")]


@pytest.fixture
def ticket() -> Ticket:
    return row(make_clinic().ticket().id)


@pytest.fixture
def nurse(client: Client, ticket: Ticket) -> Client:
    person = make_staff("nurse", site_id=ticket.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    client.cookies["yilu_language"] = "en"
    return client


def press(ticket: Ticket, words: str = "", *chosen: str) -> str:
    mine = Actor("patient", "link", owns=frozenset({ticket.visit_id}))
    told = say_worse(actor=mine, visit_id=ticket.visit_id, words=words, chosen=chosen)
    return reverse("intake:answer-worse", args=[told.id])


def drawn(answer: Any) -> dict[str, str]:
    """What the dialog would send, unseen."""
    page = answer.content.decode()
    tags = re.findall(r'<input type="hidden" [^>]*>', page)
    read = [re.search(r'name="(\w+)" value="([^"]*)"', tag) for tag in tags]
    return {found[1]: found[2] for found in read if found}


def send(nurse: Client, address: str, dialog: Any, level: int) -> Any:
    typed = {"level": str(level), "reason": "头晕", "request_key": str(new_id())}
    return nurse.post(address, drawn(dialog) | typed, headers={"HX-Request": "true"})


@pytest.mark.parametrize("more", ["words", "chosen"])
def test_what_is_said_while_the_dialog_is_open_is_not_closed_unseen(nurse, ticket, more):
    address = press(ticket, "头晕")
    dialog = nurse.get(address)
    press(ticket, *(("现在胸痛",) if more == "words" else ("", "chest_pain")))

    refused = send(nurse, address, dialog, 3)

    page = refused.content.decode()
    assert (refused.status_code, FeltWorse.objects.get().state) == (412, "open")
    (said,) = re.findall("More was said meanwhile: (.*?) Nothing was closed", page)
    assert "Chest pain" in said
    assert "rules suggest level 2" in said
    assert ("现在胸痛" in said, "头晕" in said) == (more == "words", False)
    assert re.search(r'<input[^>]*value="3"[^>]* checked', page)
    assert send(nurse, address, refused, 2).status_code == 200
    assert FeltWorse.objects.get().level == 2


def test_pressing_again_only_hinders_nobody(nurse, ticket):
    address = press(ticket, "头晕")
    dialog = nurse.get(address)
    press(ticket)
    press(ticket, "头晕")

    assert send(nurse, address, dialog, 3).status_code == 200

    assert (FeltWorse.objects.get().presses, FeltWorse.objects.get().state) == (3, "answered")
