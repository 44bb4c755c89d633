"""Signatures are those of the standard; and what is wrong with one is refused in its own words."""

import base64
import hashlib
import hmac
import json

import pytest
from django.db import connection

from yilu.interop.models import Nonce, PartnerKey, PartnerRequest
from yilu.interop.operations.keys import rotate_key, withdraw_key
from yilu.interop.rules.signatures import FOR_PARTNERS, Message, base, content_digest
from yilu.interop.tests.factories import BASE, Partner, later, make_partner
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A16")]


@pytest.fixture
def partner() -> Partner:
    return make_partner(make_clinic())


def code(answer) -> str:
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Signature realm="yilu"'
    return str(answer.json()["code"])


def test_the_signature_is_that_of_the_standard():
    """RFC 9421, appendix B.2.5: a request signed with hmac-sha256."""
    secret = base64.b64decode(
        "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
    )
    message = Message(
        "POST",
        "/foo",
        "param=Value&Pet=dog",
        b'{"hello": "world"}',
        {
            "host": "example.com",
            "date": "Tue, 20 Apr 2021 02:07:55 GMT",
            "content-type": "application/json",
        },
    )
    names = ("date", "@authority", "content-type")
    said = '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'

    made = hmac.digest(secret, base(message, names, said), hashlib.sha256)

    assert base64.b64encode(made).decode() == "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="


def test_a_signed_request_is_let_in_and_written_down(partner):
    answer = partner.get("/quota")

    assert answer.status_code == 200
    assert answer.json()["bookings_per_day"] == 50
    kept = PartnerRequest.objects.get()
    assert (kept.partner_id, kept.path, kept.status, kept.code) == (
        partner.id, f"{BASE}/quota", 200, "",
    )  # fmt: skip
    assert PartnerKey.objects.get().last_used_on is not None


def test_without_a_signature_nothing_is_said(partner):
    answer = partner.client.get(f"{BASE}/quota")

    assert code(answer) == "signature_missing"
    assert PartnerRequest.objects.count() == 0


def test_a_token_of_the_other_interface_opens_nothing_here(partner):
    answer = partner.client.get(f"{BASE}/quota", headers={"Authorization": "Bearer yilu_x"})

    assert code(answer) == "signature_missing"


def test_a_request_that_is_sent_again_as_it_was_is_refused(partner):
    headers = partner.signed("GET", "/quota")

    assert partner.client.get(f"{BASE}/quota", headers=headers).status_code == 200
    again = partner.client.get(f"{BASE}/quota", headers=headers)

    assert code(again) == "request_replayed"


@pytest.mark.parametrize(
    ("minutes", "said"), [(5.1, "signature_too_old"), (-1.1, "signature_from_future")]
)
def test_a_signature_of_another_time_is_refused_with_our_time(partner, minutes, said):
    headers = partner.signed("GET", "/quota")
    with later(minutes):
        answer = partner.client.get(f"{BASE}/quota", headers=headers)

        assert code(answer) == said
        assert answer.json()["now"].startswith("2031-03-02T1")
    assert Nonce.objects.count() == 0


@pytest.mark.parametrize("minutes", [4.9, -0.9])
def test_clocks_may_differ_a_little(partner, minutes):
    headers = partner.signed("GET", "/quota")
    with later(minutes):
        assert partner.client.get(f"{BASE}/quota", headers=headers).status_code == 200


def test_a_wrong_secret_is_refused(partner):
    assert code(partner.get("/quota", secret=b"guessed")) == "signature_wrong"


def test_a_key_that_nobody_has_is_refused(partner):
    assert code(partner.get("/quota", key="ylk_unknown")) == "key_unknown"


def test_what_we_signed_for_partners_does_not_open_our_own_door(partner):
    assert code(partner.get("/quota", tag=FOR_PARTNERS)) == "signature_unreadable"


def post_altered(partner, **headers):
    signed = partner.wish()
    altered = json.dumps(signed | {"reference": "other"}, default=str).encode()
    sent = partner.signed("POST", "/bookings", json.dumps(signed, default=str).encode(), "k")
    return partner.client.post(
        f"{BASE}/bookings", altered, content_type="application/json", headers={**sent, **headers}
    )


def test_an_altered_body_is_refused(partner):
    assert code(post_altered(partner)) == "body_altered"
    assert Booking.objects.count() == 0


def test_an_altered_body_with_its_own_digest_does_not_fit_the_signature(partner):
    wish = json.dumps(partner.wish(), default=str).encode()

    assert code(post_altered(partner, **{"Content-Digest": content_digest(wish)})) in {
        "signature_wrong", "body_altered",
    }  # fmt: skip
    assert Booking.objects.count() == 0


def test_another_path_query_or_key_is_refused(partner):
    headers = partner.signed("GET", "/quota")
    assert code(partner.client.get(f"{BASE}/sites", headers=headers)) == "signature_wrong"
    assert code(partner.client.get(f"{BASE}/quota?x=1", headers=headers)) == "signature_wrong"
    sent = partner.signed("POST", "/bookings", b"{}", "mine")
    other = partner.client.post(
        f"{BASE}/bookings", b"{}", content_type="application/json",
        headers=sent | {"idempotency-key": "other"},
    )  # fmt: skip
    assert code(other) == "signature_wrong"


@pytest.mark.parametrize(
    "written",
    [
        "", "sig1=()", 'sig1=("@method");created=1', "sig1=" + '("@method" ' * 50,
        'sig1=("@method" "@path" "@query");created=1;nonce="a";keyid="b";alg="none";tag="x"',
        'sig1=("@method");created=1;nonce="a";keyid="b";alg="hmac-sha256";tag="yilu-partner"',
    ],
)  # fmt: skip
def test_what_is_not_written_as_documented_is_refused(partner, written):
    headers = partner.signed("GET", "/quota") | {"Signature-Input": written}

    answer = partner.client.get(f"{BASE}/quota", headers=headers)

    assert code(answer) == "signature_unreadable"


def test_a_key_is_followed_by_another_and_both_are_good_for_a_week(partner):
    new = rotate_key(actor=partner.manager, partner_id=partner.id)

    assert partner.get("/quota").status_code == 200
    assert partner.get("/quota", key=new.name, secret=new.secret.encode()).status_code == 200
    with later(7 * 24 * 60 + 1):
        assert code(partner.get("/quota")) == "key_unknown"
        assert partner.get("/quota", key=new.name, secret=new.secret.encode()).status_code == 200


def test_a_withdrawn_key_opens_nothing_from_that_moment(partner):
    withdraw_key(actor=partner.manager, partner_id=partner.id, key_id=partner.key.id)

    assert code(partner.get("/quota")) == "key_unknown"


def test_a_secret_is_nowhere_in_clear(partner):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM interop_partnerkey")
        assert partner.key.secret.encode() not in bytes(cursor.fetchone()[0])


def test_beyond_the_quota_of_requests_it_is_said_when_to_come_again():
    partner = make_partner(make_clinic(), requests_per_minute=2)
    assert [partner.get("/quota").status_code for _ in range(2)] == [200, 200]

    answer = partner.get("/quota")

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    with later(1):
        assert partner.get("/quota").status_code == 200


def test_strangers_with_a_known_key_name_use_up_no_quota_and_little_paper(partner):
    for _ in range(3):
        partner.get("/quota", secret=b"guessed")

    assert PartnerRequest.objects.filter(code="signature_wrong").count() == 3
    assert partner.get("/quota").status_code == 200
