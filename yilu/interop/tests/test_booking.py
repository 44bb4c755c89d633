"""A partner books within what was agreed, sees only its own, and never learns who is known here."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.catalogue.models import Service
from yilu.interop.models import PartnerBooking
from yilu.interop.operations.partners import (
    PartnerFacts,
    add_partner,
    change_partner,
    resume_partner,
    stop_partner,
)
from yilu.interop.tests.factories import BASE, Partner, later, make_partner, manager
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry
from yilu.scheduling.models import Booking, Hold
from yilu.scheduling.operations.changing import reschedule_booking
from yilu.scheduling.operations.plans import PlanFacts, set_plan
from yilu.scheduling.shares import Share
from yilu.scheduling.tests.factories import Clinic, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A16")]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


@pytest.fixture
def partner(clinic: Clinic) -> Partner:
    return make_partner(clinic)


def refused(answer, status: int) -> str:
    assert answer.status_code == status, answer.content
    return str(answer.json()["code"])


def day(clinic: Clinic) -> str:
    return (
        f"service={clinic.service_id}&site={clinic.site_id}&practitioner={clinic.doctors[0]}"
        "&from=2031-03-03T00:00:00Z&to=2031-03-04T00:00:00Z"
    )


def test_sites_services_and_free_times_are_those_that_can_be_booked(clinic, partner):
    hidden = Service.objects.get(pk=clinic.service_id)
    [site] = partner.get("/sites").json()["items"]
    [service] = partner.get("/services", f"site={clinic.site_id}").json()["items"]
    free = partner.get("/free-slots", day(clinic)).json()["items"]

    assert site["id"] == str(clinic.site_id)
    assert (service["id"], service["minutes"]) == (str(clinic.service_id), 30)
    assert {one["id"] for one in service["practitioners"]} == set(map(str, clinic.doctors))
    assert len(free) == 22
    hidden.online = False
    hidden.save()
    assert partner.get("/services", f"site={clinic.site_id}").json()["items"] == []
    assert refused(partner.get("/free-slots", day(clinic)), 409) == "not_for_partners"
    assert refused(partner.post("/bookings", partner.wish()), 409) == "not_for_partners"


def test_reading_services_costs_as_much_for_twelve_as_for_one(clinic, partner):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert partner.get("/services", f"site={clinic.site_id}").status_code == 200
        return len(seen)

    queries()
    one = queries()
    known = Service.objects.get(pk=clinic.service_id)
    for n in range(11):
        known.pk, known.key = None, f"more-{n}"
        known._state.adding = True
        known.id = Service._meta.pk.get_default()
        known.save(force_insert=True)
    assert queries() == one


def test_a_booking_is_made_under_the_partners_own_reference(clinic, partner):
    wish = partner.wish(reference="A-1")
    answer = partner.post("/bookings", wish)

    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["Location"] == f"{BASE}/bookings/{made['id']}"
    assert (made["reference"], made["state"], made["starts_at"]) == (
        "A-1", "confirmed", "2031-03-03T10:00:00+08:00",
    )  # fmt: skip
    assert made["patient"]["name"] == "林*芳"
    assert made["patient"]["phone"].startswith("121****")
    assert "林晓芳" not in answer.content.decode()
    booking = Booking.objects.get(pk=made["id"])
    assert booking.channel == "partner"
    assert PartnerBooking.objects.get().booking_id == booking.pk
    assert partner.get(f"/bookings/{made['id']}").json() == made
    assert partner.get("/bookings", "reference=A-1").json()["items"] == [made]


def test_a_kept_time_is_booked_by_who_keeps_it_and_nobody_else(clinic, partner):
    held = partner.post("/holds", _time(clinic)).json()
    other = make_partner(clinic)

    taken = other.post("/bookings", other.wish())
    stolen = other.post("/bookings", other.wish(hold=held["id"]))
    booked = partner.post("/bookings", partner.wish(hold=held["id"]))
    twice = partner.post("/bookings", partner.wish(hold=held["id"]))

    assert refused(taken, 409) == "slot_taken"
    assert len(taken.json()["alternatives"]) == 5
    assert refused(stolen, 404) == "not_found"
    assert booked.status_code == 201
    assert refused(twice, 409) in {"hold_expired", "slot_taken", "patient_busy"}


def test_a_kept_time_must_be_the_one_that_is_booked(clinic, partner):
    held = partner.post("/holds", _time(clinic)).json()

    answer = partner.post(
        "/bookings", partner.wish(hold=held["id"], starts_at="2031-03-03T11:00:00+08:00")
    )

    assert refused(answer, 422) == "hold_differs"
    assert Booking.objects.count() == 0
    assert partner.post(f"/holds/{held['id']}/release", {}).status_code == 204
    assert Hold.objects.get().state == "released"
    assert (
        refused(make_partner(clinic).post(f"/holds/{held['id']}/release", {}), 404) == "not_found"
    )


def _time(clinic: Clinic, starts_at: str = "2031-03-03T10:00:00+08:00") -> dict[str, object]:
    return {
        "service": clinic.service_id, "site": clinic.site_id, "practitioner": clinic.doctors[0],
        "starts_at": starts_at,
    }  # fmt: skip


def test_no_more_times_are_kept_than_were_agreed(clinic):
    partner = make_partner(clinic, holds_at_once=1)
    assert partner.post("/holds", _time(clinic)).status_code == 201

    answer = partner.post("/holds", _time(clinic, "2031-03-03T11:00:00+08:00"))

    assert refused(answer, 429) == "too_many_holds"
    assert answer.headers["Retry-After"] == "600"
    assert Hold.objects.count() == 1


def test_no_more_is_booked_a_day_than_was_agreed_even_when_some_is_cancelled(clinic):
    partner = make_partner(clinic, bookings_per_day=1)
    made = partner.book()
    assert partner.post(f"/bookings/{made['id']}/cancel", {"reason": "x"}).status_code == 200

    answer = partner.post("/bookings", partner.wish())

    assert refused(answer, 429) == "daily_quota_used_up"
    assert int(answer.headers["Retry-After"]) == 4 * 3600
    assert Booking.objects.count() == 1
    with later(4 * 60 + 1):
        assert partner.post("/bookings", partner.wish()).status_code == 201


def test_the_share_of_partners_in_a_session_holds(clinic, partner):
    facts = PlanFacts(
        name="早", shares=(Share("partner", amount=1),),
        resource_ids=tuple(clinic.doctor_resources), falls_hours=1,
    )  # fmt: skip
    set_plan(actor=clinic.actor, site_id=clinic.site_id, facts=facts)
    partner.book()

    answer = partner.post("/bookings", partner.wish(starts_at="2031-03-03T11:00:00+08:00"))

    assert refused(answer, 409) == "share_used_up"
    mornings = partner.get("/free-slots", day(clinic)).json()["items"]
    assert all(one["starts_at"] >= "2031-03-03T14" for one in mornings)


def test_the_same_request_has_one_effect_and_the_same_reference_one_booking(clinic, partner):
    wish = partner.wish(reference="A-1")
    first = partner.post("/bookings", wish, once="k1")

    repeated = partner.post("/bookings", wish, once="k1")
    other = partner.post("/bookings", wish | {"starts_at": "2031-03-03T11:00:00+08:00"}, once="k2")

    assert repeated.json() == first.json()
    assert repeated.headers["Idempotency-Replayed"] == "true"
    assert refused(other, 409) == "reference_used"
    assert other.json()["booking"] == first.json()["id"]
    assert Booking.objects.count() == 1


def test_the_reference_of_one_partner_is_free_for_another(clinic, partner):
    partner.book(reference="A-1")

    assert make_partner(clinic).book(
        reference="A-1", starts_at="2031-03-03T11:00:00+08:00"
    )["reference"] == "A-1"  # fmt: skip


def test_a_partner_moves_and_cancels_its_own(clinic, partner):
    made = partner.book()
    where = f"/bookings/{made['id']}"

    moved = partner.post(f"{where}/move", {"starts_at": "2031-03-03T11:00:00+08:00"})
    gone = partner.post(f"{where}/cancel", {"reason": "不来了"})

    assert moved.status_code == 200
    assert (moved.json()["starts_at"], moved.json()["version"]) == (
        "2031-03-03T11:00:00+08:00", 2,
    )  # fmt: skip
    assert (gone.json()["state"], gone.json()["cancelled_by"]) == ("cancelled", "partner")


def test_a_partner_changes_no_later_than_a_patient_could(clinic, partner):
    Service.objects.filter(pk=clinic.service_id).update(change_until_minutes=24 * 60)
    made = partner.book()

    answer = partner.post(f"/bookings/{made['id']}/cancel", {"reason": "x"})

    assert refused(answer, 409) == "too_late_to_change"
    assert Booking.objects.get().state == "confirmed"


def test_who_saw_an_older_version_changes_nothing(clinic, partner):
    made = partner.book()
    reschedule_booking(
        actor=clinic.actor, booking_id=made["id"], starts_at=at(11), practitioner_id=None
    )
    body = json.dumps({"reason": "x"}).encode()
    path = f"/bookings/{made['id']}/cancel"
    headers = partner.signed("POST", path, body, "k")

    unsigned = partner.client.post(
        BASE + path, body, content_type="application/json", headers=headers | {"If-Match": '"1"'}
    )

    assert refused(unsigned, 401) == "signature_unreadable"
    assert Booking.objects.get().state == "confirmed"


def test_partner_a_never_sees_what_is_partner_bs(clinic, partner):
    mine, other = partner.book(), make_partner(clinic)
    where = f"/bookings/{mine['id']}"
    move = {"starts_at": "2031-03-03T11:00:00+08:00"}

    answers = [
        other.get(where),
        other.post(f"{where}/move", move),
        other.post(f"{where}/cancel", {"reason": "x"}),
    ]

    assert [refused(one, 404) for one in answers] == ["not_found"] * 3
    assert other.get("/bookings").json()["items"] == []
    assert other.get("/bookings", f"reference={mine['reference']}").json()["items"] == []
    assert other.get("/quota").json()["bookings_today"] == 0
    assert Booking.objects.get().version == 1


def test_what_the_desk_booked_is_nobodys(clinic, partner):
    booked = clinic.book()

    assert refused(partner.get(f"/bookings/{booked.id}"), 404) == "not_found"
    gone = partner.post(f"/bookings/{booked.id}/cancel", {"reason": "x"})
    assert refused(gone, 404) == "not_found"


def test_at_another_site_a_partner_finds_nothing(clinic, partner):
    elsewhere = make_clinic()
    wish = partner.wish(site=elsewhere.site_id, service=elsewhere.service_id, practitioner=None)

    assert refused(partner.post("/bookings", wish), 404) == "not_found"
    assert refused(partner.get("/services", f"site={elsewhere.site_id}"), 404) == "not_found"
    assert refused(partner.get("/free-slots", day(elsewhere)), 404) == "not_found"
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("reference", "=1+1"), ("reference", ""), ("starts_at", "tomorrow"), ("hold", "x")],
)
def test_what_cannot_be_is_refused_by_field(partner, field, value):
    answer = partner.post("/bookings", partner.wish(**{field: value}))

    assert refused(answer, 422) == "invalid"
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert Booking.objects.count() == 0


def test_a_stopped_partner_makes_nothing_new_but_strands_nobody(clinic, partner):
    made = partner.book()
    partner.post("/holds", _time(clinic, "2031-03-03T11:00:00+08:00"))

    stop_partner(actor=partner.manager, partner_id=partner.id)

    assert Hold.objects.get().state == "released"
    assert refused(partner.post("/bookings", partner.wish()), 403) == "partner_stopped"
    assert refused(partner.post("/holds", _time(clinic)), 403) == "partner_stopped"
    move = {"starts_at": "2031-03-03T11:00:00+08:00"}
    assert refused(partner.post(f"/bookings/{made['id']}/move", move), 403) == "partner_stopped"
    assert Booking.objects.get().state == "confirmed"
    assert partner.get(f"/bookings/{made['id']}").status_code == 200
    assert partner.post(f"/bookings/{made['id']}/cancel", {"reason": "x"}).status_code == 200
    resume_partner(actor=partner.manager, partner_id=partner.id)
    assert partner.post("/bookings", partner.wish()).status_code == 201


def test_only_who_manages_all_its_sites_manages_a_partner(clinic, partner):
    elsewhere = make_clinic()
    facts = PartnerFacts(name="x", sites=(clinic.site_id, elsewhere.site_id))
    with pytest.raises(NotAllowed):
        add_partner(actor=partner.manager, facts=facts)
    with pytest.raises(NotFound):
        stop_partner(actor=manager(elsewhere.site_id), partner_id=partner.id)
    both = manager(clinic.site_id, elsewhere.site_id)
    change_partner(actor=both, partner_id=partner.id, facts=facts)
    with pytest.raises(NotAllowed):
        stop_partner(actor=partner.manager, partner_id=partner.id)
    with pytest.raises(Stale):
        change_partner(actor=both, partner_id=partner.id, facts=facts, version=1)


def test_every_deed_of_a_partner_is_on_record_in_its_name(clinic, partner):
    partner.book()

    lines = AuditEntry.objects.filter(actor_kind="partner").values_list("action", flat=True)
    assert {"scheduling.booking.made", "interop.booking.made", "patients.patient.seen"} <= set(
        lines
    )


def test_listing_costs_as_much_for_twelve_as_for_one(clinic, partner):
    hours = [f"2031-03-0{d}T{h}:00:00+08:00" for d in (3, 4) for h in (10, 11, 14, 15, 16, "09")]
    partner.book(starts_at=hours.pop())

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert partner.get("/bookings").status_code == 200
        return len(seen)

    queries()
    one = queries()
    for hour in hours:
        partner.book(starts_at=hour)
    assert queries() == one


def test_a_long_list_comes_in_portions(clinic, partner):
    made = [partner.book()]
    with later(1):
        made.append(partner.book(starts_at="2031-03-03T11:00:00+08:00"))

    first = partner.get("/bookings", "limit=1").json()
    rest = partner.get("/bookings", f"limit=1&cursor={first['next']}").json()

    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in made]
    assert rest["next"] is None


def test_the_description_tells_of_all_of_it(client, partner):
    paths = client.get("/api/v1/openapi.json").json()["paths"]

    found = {path for path in paths if path.startswith(BASE)}
    assert len(found) == 13
    assert all(one["tags"] == ["partner"] for path in found for one in paths[path].values())
