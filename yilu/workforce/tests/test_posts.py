import importlib
import inspect
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.core.management import call_command
from django.db.models.signals import post_migrate

from yilu.facility.tests.factories import make_site
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event, User
from yilu.workforce.errors import (
    AlreadyEnded,
    AlreadyHoldsPost,
    EndsBeforeStart,
    LastAdministrator,
    PasswordTooWeak,
    StaffNumberTaken,
    UnknownPost,
    UnknownStaff,
)
from yilu.workforce.models import Assignment, Post, StaffMember
from yilu.workforce.operations.posts import POSTS_FILE, assign_post, end_assignment, load_posts
from yilu.workforce.operations.staff import (
    StaffFacts,
    end_employment,
    hire_staff,
    reset_password,
    set_password,
    take_back_staff,
)
from yilu.workforce.rules import latin_name
from yilu.workforce.selectors.practitioners import practitioner_names, practitioners
from yilu.workforce.tests.factories import HIRER, PASSWORD, make_doctor, make_staff

# Held by jobs and tokens, never by a person's post.
ONLY_JOBS = {"patients.see_all", "kiosk.use"}
PRODUCT = Path(__file__).parents[2]
WRITTEN = yaml.safe_load(POSTS_FILE.read_text(encoding="utf-8"))


def known_permissions() -> set[str]:
    """Every permission constant of every app."""
    apps = [path.parent.name for path in PRODUCT.glob("*/permissions.py")]
    modules = [importlib.import_module(f"yilu.{app}.permissions") for app in apps]
    return {
        value
        for module in modules
        for name, value in inspect.getmembers(module)
        if name.isupper() and isinstance(value, str)
    }


@pytest.mark.covers("O01")
def test_every_permission_of_every_app_is_held_by_a_post_and_no_other():
    given = {p: held for app in WRITTEN["permissions"].values() for p, held in app.items()}
    assert set(given) == known_permissions()
    assert {permission for permission, held in given.items() if not held} == ONLY_JOBS


def test_posts_hold_permissions_under_the_app_that_knows_them():
    keys = {post["key"] for post in WRITTEN["posts"]}
    for app, held in WRITTEN["permissions"].items():
        assert all(permission.startswith(f"{app}.") for permission in held)
        assert {post for posts in held.values() for post in posts} <= keys


@pytest.mark.django_db
def test_loading_the_posts_again_changes_nothing_but_what_is_new():
    load_posts(actor=HIRER)
    lines = AuditEntry.objects.count()
    load_posts(actor=HIRER)
    assert AuditEntry.objects.count() == lines

    Post.objects.filter(key="guide").update(permissions=["old.right"])
    load_posts(actor=HIRER)
    assert "old.right" not in Post.objects.get(key="guide").permissions
    assert Post.objects.get(key="guide").version == 2


@pytest.mark.django_db
def test_all_posts_are_loaded_at_once_and_one_line_tells_of_each(django_assert_num_queries):
    posts = len(WRITTEN["posts"])

    with django_assert_num_queries(5):  # two of them mark the deed
        load_posts(actor=HIRER)

    assert Post.objects.count() == posts
    told = AuditEntry.objects.filter(action="workforce.post.loaded")
    assert set(told.values_list("subject_id", flat=True)) == set(
        Post.objects.values_list("pk", flat=True)
    )


@pytest.mark.django_db
def test_nobody_holds_one_post_twice_at_a_time():
    site = make_site()
    person = make_staff("guide", site_id=site)
    with pytest.raises(AlreadyHoldsPost):
        assign_post(actor=HIRER, user_id=person.user_id, post="guide", site_id=site)
    assert Assignment.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"post": "astronaut"}, UnknownPost),
        ({"user_id": new_id()}, UnknownStaff),
        ({"from_on": date(2026, 2, 1), "to_on": date(2026, 1, 31)}, EndsBeforeStart),
    ],
)
def test_an_assignment_that_makes_no_sense_is_refused(wrong, refusal):
    site = make_site()
    make_staff("guide", site_id=site)
    person = make_staff()
    before = (Assignment.objects.count(), AuditEntry.objects.count(), Event.objects.count())
    said = {"user_id": person.user_id, "post": "guide", "site_id": site} | wrong
    with pytest.raises(refusal):
        assign_post(actor=HIRER, **said)
    after = (Assignment.objects.count(), AuditEntry.objects.count(), Event.objects.count())
    assert after == before


@pytest.mark.django_db
@pytest.mark.covers("O01")
def test_an_administrator_gives_posts_at_their_own_sites_only():
    here, there = make_site(), make_site()
    boss = make_staff("administrator", site_id=here)
    person = make_staff()
    with pytest.raises(NotAllowed):
        assign_post(actor=boss.actor(), user_id=person.user_id, post="guide", site_id=there)
    assign_post(actor=boss.actor(), user_id=person.user_id, post="guide", site_id=here)
    assert Assignment.objects.filter(user_id=person.user_id).count() == 1


@pytest.mark.django_db
def test_the_last_administrator_stays():
    site = make_site()
    boss = make_staff("administrator", site_id=site)
    held = Assignment.objects.get(user_id=boss.user_id)
    with pytest.raises(LastAdministrator):
        end_assignment(actor=HIRER, assignment_id=held.pk)
    with pytest.raises(LastAdministrator):
        end_employment(actor=HIRER, staff_id=boss.staff_id)
    assert boss.actor().may("workforce.manage", site)

    make_staff("administrator", site_id=site)
    end_assignment(actor=HIRER, assignment_id=held.pk)
    assert not boss.actor().may("workforce.manage", site)


@pytest.mark.django_db
def test_a_post_ends_with_the_last_day_that_is_given_and_only_once():
    site = make_site()
    make_staff("guide", site_id=site)
    person = make_staff()
    given = assign_post(actor=HIRER, user_id=person.user_id, post="guide", site_id=site)
    last = clock.now().date() + timedelta(days=3)
    end_assignment(actor=HIRER, assignment_id=given, to_on=last)
    assert person.actor().grants
    with pytest.raises(AlreadyEnded):
        end_assignment(actor=HIRER, assignment_id=given, to_on=last)


@pytest.mark.django_db
def test_a_staff_number_belongs_to_one_person():
    hire_staff(actor=HIRER, facts=StaffFacts(staff_no="7", name="甲"))
    with pytest.raises(StaffNumberTaken):
        hire_staff(actor=HIRER, facts=StaffFacts(staff_no="7", name="乙"))
    assert list(StaffMember.objects.values_list("name", "pinyin")) == [("甲", "Jia")]


@pytest.mark.django_db
@pytest.mark.parametrize("weak", ["short", "q1w2e3r4t5y6", "1234567890"])
def test_a_weak_password_is_refused_and_the_old_one_stays(weak):
    person = make_staff()
    with pytest.raises(PasswordTooWeak):
        set_password(actor=HIRER, user_id=person.user_id, password=weak)
    assert User.objects.get(pk=person.user_id).check_password(PASSWORD)


@pytest.mark.django_db
def test_people_set_their_own_password_and_nobody_elses():
    site = make_site()
    person, other = make_staff("guide", site_id=site), make_staff()
    own = person.actor()
    set_password(actor=own, user_id=person.user_id, password="another-long-secret")  # noqa: S106
    with pytest.raises(NotAllowed):
        set_password(actor=own, user_id=other.user_id, password="another-long-secret")  # noqa: S106
    assert User.objects.get(pk=other.user_id).check_password(PASSWORD)


@pytest.mark.django_db
def test_a_new_password_works_and_is_nowhere_in_the_record():
    person = make_staff()
    password = reset_password(actor=HIRER, staff_id=person.staff_id)
    assert User.objects.get(pk=person.user_id).check_password(password)
    assert password not in str(list(AuditEntry.objects.values_list("details", flat=True)))
    assert password not in str(list(Event.objects.values_list("body", flat=True)))


@pytest.mark.django_db
def test_who_comes_back_has_the_posts_that_did_not_end():
    site = make_site()
    person = make_staff("guide", site_id=site)
    end_employment(actor=HIRER, staff_id=person.staff_id)
    with pytest.raises(AlreadyEnded):
        end_employment(actor=HIRER, staff_id=person.staff_id)
    take_back_staff(actor=HIRER, staff_id=person.staff_id)
    assert person.actor().may("catalogue.see", site)


@pytest.mark.django_db
def test_without_the_right_nobody_is_hired():
    with pytest.raises(NotAllowed):
        hire_staff(actor=Actor.nobody(), facts=StaffFacts(staff_no="7", name="甲"))
    assert (StaffMember.objects.count(), User.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("张伟", "Zhang Wei"),
        ("欧阳小明", "Ouyang Xiaoming"),
        ("单雄信", "Shan Xiongxin"),
        ("曾国藩", "Zeng Guofan"),
        ("Anna Berg", "Anna Berg"),
    ],
)
def test_names_are_spelt_surname_first(name, latin):
    assert latin_name(name) == latin


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 12])
def test_practitioners_cost_one_query(django_assert_num_queries, many):
    site = make_site()
    ids = [make_doctor(site).practitioner_id for _ in range(many)]
    practitioners(site)
    with django_assert_num_queries(1):
        assert len(practitioners(site)) == many
    with django_assert_num_queries(1):
        assert len(practitioner_names(ids)) == many


def start(**tables):
    """What every start ends its migrations with."""
    config = apps.get_app_config("workforce")
    usual = {"app_config": config, "verbosity": 0, "interactive": False, "using": "default"}
    post_migrate.send(sender=config, **(usual | tables))


@pytest.mark.django_db
@pytest.mark.covers("O06")
def test_a_start_gives_posts_what_is_new_and_leaves_what_the_clinic_chose():
    load_posts(actor=HIRER)
    guide = Post.objects.get(key="guide")
    chosen = sorted({*guide.permissions, "billing.see"} - {"patients.see", "queueing.see"})
    before = sorted({*guide.delivered, "gone.right"} - {"queueing.see"})
    Post.objects.filter(pk=guide.pk).update(
        permissions=[*chosen, "gone.right"], delivered=before, workspace="front_desk"
    )
    Post.objects.filter(key="care").update(key="former")

    for _ in range(2):
        start(apps=apps)

    guide.refresh_from_db()
    assert guide.permissions == sorted([*chosen, "queueing.see"])
    assert (guide.version, guide.workspace) == (2, "guide")
    line = AuditEntry.objects.get(action="workforce.post.caught_up", subject_id=guide.pk)
    assert line.details == {"added": ["queueing.see"], "taken": ["gone.right"]}
    assert "aftercare.see" in Post.objects.get(key="care").permissions


@pytest.mark.django_db
def test_a_start_with_no_clinic_or_older_tables_makes_no_posts():
    start(apps=apps)
    start()

    assert not Post.objects.exists()


@pytest.mark.django_db
def test_an_administrator_may_set_the_posts_back_to_what_is_delivered():
    load_posts(actor=HIRER)
    Post.objects.filter(key="guide").update(permissions=[])
    call_command("load_posts")
    assert "catalogue.see" in Post.objects.get(key="guide").permissions
