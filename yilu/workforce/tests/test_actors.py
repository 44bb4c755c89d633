from datetime import UTC, date, datetime, timedelta

import pytest

from yilu.facility.tests.factories import make_site
from yilu.platform import actors, clock
from yilu.platform.models import AccessToken, User, UserKind
from yilu.workforce.operations.posts import assign_post, end_assignment
from yilu.workforce.operations.staff import end_employment
from yilu.workforce.selectors.staff import holders_of, posts_of
from yilu.workforce.tests.factories import HIRER, make_doctor, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O01")]
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def test_a_post_gives_its_rights_at_its_site_and_nowhere_else():
    here, there = make_site(), make_site()
    actor = make_staff("administrator", site_id=here).actor()

    assert actor.kind == "staff"
    assert actor.may("workforce.manage", here)
    assert not actor.may("workforce.manage", there)
    assert not actor.may("catalogue.nothing", here)


def test_who_is_a_practitioner_acts_as_one():
    site = make_site()
    doctor = make_doctor(site)
    assert doctor.actor().practitioner_id == doctor.practitioner_id
    assert make_staff("cashier", site_id=site).actor().practitioner_id is None


def test_without_a_post_there_are_no_rights():
    actor = make_staff().actor()
    assert (actor.kind, actor.grants) == ("staff", frozenset())


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (TODAY, TODAY, True),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), None, False),
    ],
)
def test_only_the_posts_of_today_count(first, last, holds):
    with clock.at(NOON):
        site = make_site()
        make_staff("guide", site_id=site)
        person = make_staff()
        assign_post(
            actor=HIRER,
            user_id=person.user_id,
            post="guide",
            site_id=site,
            from_on=first,
            to_on=last,
        )
        assert person.actor().may("catalogue.see", site) is holds
        assert bool(posts_of(person.user_id)) is holds
        assert (person.user_id in holders_of("guide", site, TODAY)) is holds


def test_today_is_the_day_at_the_site_of_the_post():
    with clock.at(datetime(2026, 11, 21, 23, tzinfo=UTC)):
        shanghai, london = make_site(), make_site(time_zone="Europe/London")
        make_staff("guide", site_id=shanghai)
        person = make_staff()
        for site in (shanghai, london):
            assign_post(
                actor=HIRER,
                user_id=person.user_id,
                post="guide",
                site_id=site,
                from_on=date(2026, 11, 22),
            )
        assert person.actor().sites("catalogue.see") == {shanghai}


def test_who_left_is_nobody():
    person = make_staff("guide", site_id=make_site())
    end_employment(actor=HIRER, staff_id=person.staff_id)
    assert person.actor().kind == "nobody"


def test_a_post_that_is_ended_at_once_counts_no_longer_today():
    site = make_site()
    make_staff("guide", site_id=site)
    person = make_staff()
    given = assign_post(actor=HIRER, user_id=person.user_id, post="guide", site_id=site)
    assert person.actor().grants
    end_assignment(actor=HIRER, assignment_id=given)
    assert person.actor().grants == frozenset()
    assign_post(actor=HIRER, user_id=person.user_id, post="guide", site_id=site)
    assert person.actor().grants


@pytest.mark.parametrize("held", [1, 12])
def test_an_actor_costs_one_query_however_many_posts(django_assert_num_queries, held):
    person = make_staff("guide", site_id=make_site())
    for _ in range(held - 1):
        assign_post(actor=HIRER, user_id=person.user_id, post="guide", site_id=make_site())
    user = User.objects.get(pk=person.user_id)
    with django_assert_num_queries(1):
        assert len(actors.load(user).sites("catalogue.see")) == held


def test_a_device_has_what_its_valid_tokens_list():
    site, other = make_site(), make_site()
    screen = User.objects.create_user("wall-1", UserKind.DEVICE)
    now = clock.machine_now()
    for n, (sites, expires_at) in enumerate([([site], None), ([other], now), ([], None)]):
        AccessToken.objects.create(
            user=screen,
            name=f"t{n}",
            digest=bytes([n]) * 32,
            permissions=[f"queueing.p{n}"],
            sites=sites,
            expires_at=expires_at,
        )
    actor = actors.load(screen)
    assert (actor.kind, actor.grants) == ("device", {("queueing.p0", site)})
    assert actor.permissions == {"queueing.p2"}
