"""Long work that failed: seen by who looks after the system, begun anew, or put away."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from yilu.platform import actors, jobs, live
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, TooMany
from yilu.platform.failed_jobs import FailedJob, begin_again, failed_count, failed_jobs, put_away
from yilu.platform.given_up import TOPIC
from yilu.platform.ids import new_id
from yilu.platform.live import tokens
from yilu.platform.models import AuditEntry, Job, JobState, User, UserKind
from yilu.platform.permissions import KEEP
from yilu.platform.testing import run_jobs

pytestmark = pytest.mark.django_db
SYSTEM, KEEPER = Actor.system("test"), Actor.system("test", KEEP)
KINDS = dict(jobs.kinds)


@pytest.fixture(autouse=True)
def broken(monkeypatch) -> set[str]:
    """Two kinds of work, of which those named here fail."""
    names = {"tea.brew", "tea.pick"}
    monkeypatch.setattr(jobs, "kinds", {})

    def work(job: jobs.Running) -> None:
        if job.kind in names:
            raise OperationalError("the pot of Zhang San is away")

    jobs.kind("tea.brew", says="泡茶", again=True)(work)
    jobs.kind("tea.pick", says="采茶")(work)
    return names


def fail(kind: str = "tea.brew", **arguments: object) -> None:
    jobs.ask(SYSTEM, kind, **arguments)
    run_jobs()


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


def press(client: Client, job: FailedJob, what: str) -> HttpResponse:
    return client.post(f"/system/jobs/{job.id}/{what}", {"request_key": str(new_id())})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ["未完成的后台任务", "泡茶", "数据库没有响应", "再试一次", "不再列出"]),
        ("en", ["Long work that failed", "泡茶", "The database did not answer", "Put away"]),
    ],
)
def test_it_stands_on_the_page_of_the_system_with_when_and_why(keeper, language, words):
    fail()
    keeper.cookies["yilu_language"] = language

    page = keeper.get("/system/").content.decode()

    assert [word for word in words if word not in page] == []
    assert Job.objects.get().finished_at.strftime("%Y-%m-%d") in page
    assert "OperationalError in" in page
    assert "Zhang San" not in page


def test_work_that_ends_for_good_when_it_fails_is_only_put_away(keeper):
    fail("tea.pick")
    [line] = failed_jobs(KEEPER)

    assert f"/system/jobs/{line.id}/again" not in keeper.get("/system/").content.decode()
    press(keeper, line, "again")

    assert Job.objects.get().state == JobState.FAILED


def test_begun_again_it_is_done_and_stands_there_no_more(keeper, broken):
    fail(cups=3)
    broken.clear()
    [line] = failed_jobs(KEEPER)
    keeper.cookies["yilu_language"] = "en"

    said = [press(keeper, line, "again").headers["HX-Trigger"] for _ in range(2)]

    assert "It is begun again." in said[0]
    assert "not among what failed" in said[1]
    assert run_jobs() == 1
    job = Job.objects.get()
    assert (job.state, job.tries, job.arguments) == (JobState.DONE, 1, {"cups": 3})
    assert failed_jobs(KEEPER) == []
    [entry] = AuditEntry.objects.filter(action="platform.job.begun_again")
    assert entry.details == {"kind": "tea.brew", "job": str(line.id)}


def test_put_away_it_is_listed_no_more_nor_are_earlier_failures_of_the_same(keeper):
    fail(cups=1)
    fail(cups=1)
    fail(cups=2)
    other, line = sorted(failed_jobs(KEEPER), key=lambda one: one.number)

    assert press(keeper, line, "away").status_code == 200

    assert failed_jobs(KEEPER) == [other]
    assert (other.number, line.number) == (1, 2)
    assert AuditEntry.objects.filter(action="platform.job.put_away").count() == 1


def test_what_was_done_since_is_no_failure_any_more(broken):
    fail(cups=1)
    broken.clear()
    fail(cups=2)
    assert failed_count() == 1

    fail(cups=1)

    assert failed_count() == 0


def test_open_pages_hear_of_it(keeper, monkeypatch, django_capture_on_commit_callbacks):
    hints: list[str] = []
    page = keeper.get("/system/").content.decode()
    monkeypatch.setattr(live, "hint", hints.append)

    with django_capture_on_commit_callbacks(execute=True):
        fail()
        put_away(KEEPER, failed_jobs(KEEPER)[0].id)

    heard = [tokens.read(one) for one in re.findall(r'data-live-topic="([^"]+)"', page)]
    assert hints.count(TOPIC) == 2
    assert TOPIC in heard


def test_who_does_not_look_after_the_system_changes_nothing(monkeypatch):
    fail()
    [line] = failed_jobs(KEEPER)
    client = _signed_in(monkeypatch)

    assert press(client, line, "again").status_code == 403
    assert press(client, line, "away").status_code == 403
    for deed in (begin_again, put_away):
        with pytest.raises(NotAllowed):
            deed(SYSTEM, line.id)
    assert Job.objects.get().state == JobState.FAILED


def test_one_question_finds_it_all(django_assert_num_queries):
    for cups in range(3):
        fail(cups=cups)

    with django_assert_num_queries(1):
        assert len(failed_jobs(KEEPER)) == 3


def test_the_doctor_mentions_it_and_what_may_be_is_begun_again_at_the_terminal():
    fail()
    fail("tea.pick")

    assert "2 failed, not done since" in _told_of("examine_database")
    assert "1 pieces of long work are begun again" in _told_of("retry_given_up")
    assert "1 failed, not done since" in _told_of("examine_database")


def _told_of(command: str) -> str:
    said = StringIO()
    call_command(command, stdout=said)
    return said.getvalue()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TooMany(), "Too many attempts. Please wait a little."),
        (ConnectionRefusedError(), "A file could not be used, or a connection failed."),
        (MemoryError(), "The machine had too little memory for it."),
        (ValueError("Zhang San"), "A mistake in the program; its place helps whoever mends it."),
    ],
)
def test_why_is_said_in_plain_words(error, said):
    def work(job: jobs.Running) -> None:
        raise error

    jobs.kind("tea.spill")(work)
    fail("tea.spill")

    with translation.override("en"):
        assert failed_jobs(KEEPER)[0].reason == said


def test_every_kind_of_long_work_is_named_in_both_languages():
    with translation.override("zh-hans"):
        chinese = {name: str(one.says) for name, one in KINDS.items()}
    with translation.override("en"):
        mute = [name for name, one in KINDS.items() if str(one.says) in {"", chinese[name]}]
    assert KINDS
    assert mute == []
