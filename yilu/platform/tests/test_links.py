"""Links sent to people."""

from datetime import timedelta

import pytest

from yilu.platform import clock, links
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.links import LinkOver, TooManyTries
from yilu.platform.models import Link

pytestmark = pytest.mark.django_db


def send(subject=None, purpose="visit") -> str:
    ends = clock.now() + timedelta(days=30)
    return links.issue(purpose, subject_id=subject or new_id(), expires_at=ends)


def test_a_link_opens_its_subject_as_often_as_it_is_used():
    subject = new_id()
    reference = send(subject)

    assert len(reference) == 22
    assert {links.open("visit", reference) for _ in range(3)} == {subject}
    assert reference.encode() not in bytes(Link.objects.get().digest)


@pytest.mark.parametrize("reference", ["", "x", "\0", "\ud800"])
def test_what_was_never_given_out_opens_nothing(reference):
    with pytest.raises(NotFound):
        links.look_up("visit", reference)


def test_a_link_for_one_purpose_opens_nothing_for_another():
    with pytest.raises(NotFound):
        links.look_up("receipt", send())


def test_a_link_ends_by_clinic_time():
    reference = send()

    with clock.at(clock.now() + timedelta(days=30)), pytest.raises(LinkOver):
        links.look_up("visit", reference)


def test_a_withdrawn_link_has_ended_and_others_go_on():
    subject = new_id()
    visit, receipt = send(subject), send(subject, "receipt")

    links.withdraw(subject, "visit")

    with pytest.raises(LinkOver):
        links.look_up("visit", visit)
    assert links.open("receipt", receipt) == subject


def test_five_answers_are_looked_at_and_no_sixth():
    link = links.look_up("visit", send())

    for _ in range(5):
        links.count_try(link.id)
    with pytest.raises(TooManyTries):
        links.count_try(link.id)

    links.forget_tries(link.id)
    links.count_try(link.id)
    assert Link.objects.get().tries == 1
