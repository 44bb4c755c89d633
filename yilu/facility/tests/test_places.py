import pytest
from django.test import Client

from yilu.facility.errors import KeyTaken, LetterTaken, OtherSite, StillInUse, UnknownZone
from yilu.facility.models import Chair, Department, Room, Site
from yilu.facility.operations.places import (
    ChairFacts,
    DepartmentFacts,
    RoomFacts,
    add_place,
    change_place,
    close_place,
    reopen_place,
)
from yilu.facility.operations.sites import SiteFacts, change_site, name_group, open_site
from yilu.facility.selectors.administration import site_layout
from yilu.facility.selectors.places import chairs, departments, devices, place_names, rooms
from yilu.facility.selectors.sites import group_name, open_sites, site_info, visible_sites
from yilu.facility.tests.factories import (
    BUILDER,
    make_chair,
    make_department,
    make_device,
    make_room,
    make_site,
    open_every_day,
    words,
)
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event, User
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.django_db


def test_the_group_is_named_once_and_again():
    name_group(actor=BUILDER, name=words("一路", "Yilu"))
    name_group(actor=BUILDER, name=words("晨光", "Morning"))
    assert group_name() == {"zh-Hans": "晨光", "en": "Morning"}


def test_a_site_is_seen_by_who_has_something_to_do_there():
    here, there = make_site(), make_site()
    actor = Actor(kind="staff", name="x", grants=frozenset({("any.thing", here)}))
    assert [one.id for one in visible_sites(actor)] == [here]
    assert {one.id for one in open_sites()} == {here, there}
    assert visible_sites(Actor.nobody()) == []


def test_a_site_in_no_time_zone_is_refused():
    facts = SiteFacts(name=words("错", "Wrong"), address=words("错", "Wrong"))
    with pytest.raises(UnknownZone):
        open_site(actor=BUILDER, facts=facts, time_zone="Asia/../etc/passwd")
    with pytest.raises(UnknownZone):
        open_site(actor=BUILDER, facts=facts, time_zone="Mars/Base")
    assert Site.objects.count() == 0


def test_a_change_to_an_old_version_of_a_site_is_refused():
    site = make_site()
    facts = SiteFacts(name=words("新", "New"), address=words("新路", "New Rd"))
    change_site(actor=BUILDER, site_id=site, facts=facts, version=1)
    with pytest.raises(Stale):
        change_site(actor=BUILDER, site_id=site, facts=facts, version=1)
    assert site_info(site).version == 2


def test_keys_and_letters_are_found_and_never_shared():
    site = make_site()
    make_department(site, key="general")
    for _ in range(2):
        facts = DepartmentFacts(name=words("口腔", "Dental care"), specialty="dental")
        add_place(actor=BUILDER, site_id=site, facts=facts)
    found = [(one.key, one.letter) for one in departments(site)]
    assert found == [("dental-care", "B"), ("dental-care-2", "C"), ("general", "A")]

    with pytest.raises(KeyTaken):
        make_department(site, key="general")
    lettered = DepartmentFacts(name=words("儿科", "Child"), specialty="child", letter="A")
    with pytest.raises(LetterTaken):
        add_place(actor=BUILDER, site_id=site, facts=lettered)
    assert len(departments(site)) == 3


def test_a_chair_stands_in_a_room_of_its_own_site():
    here, there = make_site(), make_site()
    facts = ChairFacts(name=words("椅", "Chair"), room_id=make_room(there))
    before = Event.objects.count(), AuditEntry.objects.count()
    with pytest.raises(OtherSite):
        add_place(actor=BUILDER, site_id=here, facts=facts)
    assert Chair.objects.count() == 0
    assert (Event.objects.count(), AuditEntry.objects.count()) == before


def test_a_room_with_chairs_in_use_cannot_be_closed():
    site = make_site()
    room = make_room(site)
    chair = make_chair(site, room_id=room)
    with pytest.raises(StillInUse):
        close_place(actor=BUILDER, kind="room", place_id=room)
    close_place(actor=BUILDER, kind="chair", place_id=chair)
    close_place(actor=BUILDER, kind="room", place_id=room)
    assert (rooms(site), chairs(site)) == ([], [])

    reopen_place(actor=BUILDER, kind="room", place_id=room)
    assert [one.id for one in rooms(site)] == [room]


def test_a_department_comes_back_only_if_its_letter_is_free():
    site = make_site()
    first = make_department(site, key="one")
    close_place(actor=BUILDER, kind="department", place_id=first)
    make_department(site, key="two")
    with pytest.raises(LetterTaken):
        reopen_place(actor=BUILDER, kind="department", place_id=first)
    assert not Department.objects.get(pk=first).is_active


def test_an_unknown_place_is_not_found():
    facts = RoomFacts(name=words("室", "Room"), kind="consulting")
    with pytest.raises(NotFound):
        change_place(actor=BUILDER, place_id=new_id(), facts=facts)
    with pytest.raises(NotFound):
        add_place(actor=BUILDER, site_id=new_id(), facts=facts)


def test_who_does_not_look_after_the_site_adds_nothing():
    site = make_site()
    facts = RoomFacts(name=words("室", "Room"), kind="consulting")
    with pytest.raises(NotAllowed):
        add_place(actor=Actor.nobody(), site_id=site, facts=facts)
    assert Room.objects.count() == 0


@pytest.mark.parametrize("many", [1, 12])
def test_places_cost_one_query_a_kind_and_names_one_for_all(django_assert_num_queries, many):
    site = make_site()
    made = [make_room(site) for _ in range(many)]
    made += [make_device(site), make_department(site)]
    with django_assert_num_queries(4):
        departments(site)
        assert len(rooms(site)) == many
        chairs(site)
        devices(site)
    with django_assert_num_queries(1):
        assert len(place_names([*made, None])) == many + 2
    open_every_day(site)
    with django_assert_num_queries(8):
        site_layout(actor=BUILDER, site_id=site)


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def site():
    return make_site()


@pytest.fixture
def client(site) -> Client:
    boss = make_staff("administrator", site_id=site)
    signed_in = Client(headers={"Accept-Language": "en"})
    signed_in.force_login(User.objects.get(pk=boss.user_id))
    return signed_in


def test_a_site_is_built_from_its_pages(site, client):
    base = f"/facility/{site}"
    assert str(site) in page(client, "/facility/")
    department = {"name_zh": "口腔科", "name_en": "Dental", "position": 0, "specialty": "dental"}
    assert client.post(f"{base}/department/new", department).status_code == 303
    room = {"name_zh": "诊区", "position": 0, "kind": "treatment", "department": ""}
    assert client.post(f"{base}/room/new", room).status_code == 303
    chair = {"name_zh": "牙椅 1", "position": 0, "room": rooms(site)[0].id}
    assert client.post(f"{base}/chair/new", chair).status_code == 303
    device = {"name_zh": "口腔 CT", "position": 0, "kind": "cbct", "room": ""}
    assert client.post(f"{base}/device/new", device).status_code == 303
    shown = page(client, f"{base}/")
    assert all(name in shown for name in ("Dental", "诊区", "牙椅 1", "口腔 CT"))

    [one] = chairs(site)
    changed = chair | {"name_zh": "牙椅 A", "version": one.version}
    path = f"{base}/chair/{one.id}"
    assert client.post(f"{path}/change", changed).status_code == 303
    assert client.post(f"{path}/change", changed).status_code == 412
    assert client.post(f"{path}/close", {"version": 2}).status_code == 303
    assert chairs(site) == []


def test_another_site_is_not_there(client):
    other = make_site()
    for path in ("", "change", "room/new"):
        assert client.get(f"/facility/{other}/{path}").status_code == 404
    assert client.get(f"/facility/{other}/spaceship/new").status_code == 404


def test_without_the_right_there_is_no_page_of_sites(site):
    nurse = make_staff("nurse", site_id=site)
    signed_in = Client()
    signed_in.force_login(User.objects.get(pk=nurse.user_id))
    assert signed_in.get("/facility/").status_code == 403
    assert signed_in.get(f"/facility/{site}/").status_code == 404
