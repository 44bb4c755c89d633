"""What the worker gave up: seen on a page by who looks after the system, and tried again."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from yilu.platform import actors, clock, live, timers
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed
from yilu.platform.given_up import EVENT, TIMER, TOPIC, given_up, try_again
from yilu.platform.ids import new_id
from yilu.platform.live import tokens
from yilu.platform.models import AuditEntry, Delivery, Event, Timer, User, UserKind
from yilu.platform.permissions import KEEP

pytestmark = pytest.mark.django_db
KEEPER = Actor.system("test", KEEP)


@pytest.fixture(autouse=True)
def _some_of_it():
    for subscriber in ("tea.wash_up", "tea.wash_up", "tea.dry"):
        event = Event.objects.create(
            at=clock.now(),
            name="JobEnded",
            version=1,
            subject_type="platform.user",
            subject_id=new_id(),
            actor_kind="system",
            correlation_id=new_id(),
            body={},
        )
        Delivery.objects.create(
            event_id=event.pk,
            seq=event.pk.int % 2**40,
            subscriber=subscriber,
            subject_id=event.subject_id,
            state="dead",
            tries=10,
            done_at=clock.machine_now(),
            error="builtins.ValueError in wash_up:7",
        )
    for handler, state in (("tea.pour", "dead"), ("tea.boil", "done")):
        Timer.objects.create(
            key=handler,
            handler=handler,
            subject_id=new_id(),
            due_at=clock.now(),
            state=state,
            tries=10,
            done_at=clock.machine_now(),
        )


@pytest.fixture
def keeper(monkeypatch) -> Client:
    return _signed_in(monkeypatch, KEEP)


def _signed_in(monkeypatch: pytest.MonkeyPatch, *permissions: str) -> Client:
    def load(user: User) -> Actor:
        may = frozenset(permissions)
        return Actor(kind="staff", name="x", user_id=user.pk, permissions=may)

    monkeypatch.setattr(actors, "_loaders", dict.fromkeys(UserKind.values, load))
    client = Client()
    client.force_login(User.objects.create_user("10001", UserKind.STAFF))
    return client


def press(client: Client, **sent: str) -> HttpResponse:
    return client.post("/system/again", sent | {"request_key": str(new_id())})


def states() -> dict[str, set[str]]:
    return {
        "event": set(Delivery.objects.values_list("subscriber", "state", "tries")),
        "timer": set(Timer.objects.values_list("handler", "state", "tries")),
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ["任务结束", "泡茶", "已放弃"]),
        ("en", ["Long work is over", "泡茶", "Given up"]),
    ],
)
def test_it_is_named_in_words_on_the_page_of_the_system(keeper, monkeypatch, language, words):
    monkeypatch.setattr(
        timers, "handlers", {"tea.pour": timers.Handler(print, slow=False, says="泡茶")}
    )
    keeper.cookies["yilu_language"] = language

    page = keeper.get("/system/").content.decode()

    assert [word for word in words if word not in page] == []
    assert "builtins.ValueError in wash_up:7" in page


def test_its_page_follows_what_others_do(keeper, django_capture_on_commit_callbacks, monkeypatch):
    hints: list[str] = []
    monkeypatch.setattr(live, "hint", hints.append)
    page = keeper.get("/system/").content.decode()
    heard = [tokens.read(one) for one in re.findall(r'data-live-topic="([^"]+)"', page)]

    with django_capture_on_commit_callbacks(execute=True):
        press(keeper)

    assert set(hints) <= set(heard)
    assert hints == [TOPIC]


def test_one_kind_is_tried_again_and_nothing_else(keeper):
    answer = press(keeper, what="event:tea.wash_up")

    assert answer.status_code == 200
    assert states() == {
        "event": {("tea.wash_up", "waiting", 0), ("tea.dry", "dead", 10)},
        "timer": {("tea.pour", "dead", 10), ("tea.boil", "done", 10)},
    }
    (line,) = AuditEntry.objects.filter(action="platform.given_up.retried")
    assert line.details == {"kind": EVENT, "name": "tea.wash_up", "events": 2, "timers": 0}


def test_everything_is_tried_again_by_whoever_presses_first(keeper):
    keeper.cookies["yilu_language"] = "en"

    said = [press(keeper).headers["HX-Trigger"] for _ in range(2)]

    assert "4 are tried again." in said[0]
    assert "Nothing of it is given up any more." in said[1]
    assert AuditEntry.objects.filter(action="platform.given_up.retried").count() == 1
    assert given_up(KEEPER) == []


@pytest.mark.parametrize(
    "what", ["tea:tea.dry", "event:", "timer:tea.wash_up", ":", "", "x" * 10_000]
)
def test_what_nobody_knows_changes_nothing(keeper, what):
    before = states()

    assert press(keeper, what=what).status_code == 200

    assert states() == before


def test_who_does_not_look_after_the_system_is_refused(monkeypatch):
    client, before = _signed_in(monkeypatch), states()

    assert client.get("/system/").status_code == 403
    assert press(client).status_code == 403
    with pytest.raises(NotAllowed):
        try_again(Actor.system("test"))
    assert states() == before


def test_one_question_finds_it_all_newest_first(django_assert_num_queries):
    with django_assert_num_queries(1):
        lines = given_up(KEEPER)

    found = {(line.kind, line.name, line.number) for line in lines}
    assert found == {(EVENT, "tea.wash_up", 2), (EVENT, "tea.dry", 1), (TIMER, "tea.pour", 1)}
    assert lines == sorted(lines, key=lambda line: line.last_at, reverse=True)


def test_every_timer_of_every_app_is_named_in_both_languages():
    ours = [(n, h) for n, h in timers.handlers.items() if ".tests." not in h.run.__module__]
    with translation.override("zh-hans"):
        chinese = {name: str(one.says) for name, one in ours}
    with translation.override("en"):
        mute = [name for name, one in ours if str(one.says) in {"", chinese[name]}]
    assert ours
    assert mute == []
