"""A telephone system is believed what it signed, once; everything else is refused."""

import pytest

from yilu.interop.rules.signatures import FOR_US
from yilu.reception.models import Call, TelephoneLine, TelephoneNonce
from yilu.reception.operations.lines import withdraw_line
from yilu.reception.tests.telephone_factories import SETTER, telephone
from yilu.scheduling.tests.factories import make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B16")]


@pytest.fixture
def system():
    return telephone(make_clinic())


def code(answer) -> str:
    assert answer.status_code == 401
    return str(answer.json()["code"])


def test_what_it_tells_rings_is_picked_up_and_ends(system):
    rang = system.says("ringing", "c-1", "12100004321")
    assert rang.status_code == 200
    assert Call.objects.get().state == "ringing"
    assert rang.json() == {"call": str(Call.objects.get().pk)}

    assert system.says("answered", "c-1").status_code == 200
    assert Call.objects.get().state == "talking"
    assert system.says("ended", "c-1").status_code == 200
    assert Call.objects.get().state == "ended"
    assert TelephoneLine.objects.get().last_heard_at is not None


def test_a_call_that_nobody_answers_is_missed(system):
    system.says("ringing", "c-1", "12100004321")
    system.says("ended", "c-1")

    assert Call.objects.get().state == "missed"


def test_the_same_word_is_not_heard_twice(system):
    assert system.says("ringing", "c-1", "12100004321", nonce="same").status_code == 200
    assert code(system.says("ringing", "c-2", "12100004321", nonce="same")) == "request_replayed"

    assert Call.objects.count() == 1


def test_what_was_signed_long_ago_or_by_another_or_for_something_else_is_refused(system):
    assert code(system.says("ringing", "c-1", created=1_000_000_000)) == "signature_too_old"
    assert code(system.says("ringing", "c-1", secret=b"another")) == "signature_wrong"
    assert code(system.says("ringing", "c-1", key="ytk_none")) == "telephone_key_unknown"
    assert code(system.says("ringing", "c-1", tag=FOR_US)) == "signature_unreadable"
    unsigned = system.client.post("/api/v1/telephone/calls", b"{}", content_type="application/json")
    assert code(unsigned) == "signature_missing"
    assert not Call.objects.exists()
    assert not TelephoneNonce.objects.exists()


def test_a_system_that_was_withdrawn_is_let_in_no_more(system):
    withdraw_line(actor=SETTER, line_id=system.made.id)

    assert code(system.says("ringing", "c-1")) == "telephone_key_unknown"


@pytest.mark.parametrize(
    "said",
    [
        {"event": "flown", "call": "c"},
        {"event": "ringing"},
        {"event": "ringing", "call": ""},
        {"event": "ringing", "call": "c" * 81},
        {"event": "ringing", "call": "c", "who": "me"},
        {"event": "ringing", "call": "c", "from_number": 12},
    ],
)
def test_what_means_nothing_is_refused_and_nothing_rings(system, said):
    assert system.sends(said).status_code == 422
    assert not Call.objects.exists()


def test_the_end_of_a_call_that_we_never_heard_of_changes_nothing(system):
    assert system.says("ended", "c-404").json() == {"call": None}
