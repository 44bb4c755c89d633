"""The only way to the end of a paper: a list, a second person, a waiting time, a certificate."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from yilu.clinical.tests.factories import Room, make_room
from yilu.clinical.tests.test_pages import PART, browser
from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock, files
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event, User
from yilu.records.errors import (
    DestructionMoveRefused,
    NothingDue,
    ReasonMissing,
    SecondPerson,
    StillWaiting,
)
from yilu.records.models import Destroyed, Destruction, LegalHold, Paper, PaperPage
from yilu.records.operations.destruction import (
    approve_destruction,
    carry_out_destruction,
    propose_destruction,
    take_back_destruction,
)
from yilu.records.operations.keeping import place_hold
from yilu.records.rules.archive import manifest
from yilu.records.selectors.archive import archive, certificate, destruction
from yilu.records.tests.archives import CLERK, LONG, filed, left, manager, proposed
from yilu.visits.operations.visits import open_visit

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C15")]


@pytest.fixture
def old() -> tuple[Room, Actor, Actor, UUID]:
    """A record whose term is over, two managers, and a paper in it."""
    room = make_room()
    paper_id = filed(room)
    left(room)
    return room, manager(room), manager(room, "牛经理"), paper_id


def test_papers_end_only_by_a_list_that_a_second_person_approves_after_a_waiting_time(
    old, django_capture_on_commit_callbacks
):
    room, chief, second, paper_id = old
    kept = [one.file_id for one in PaperPage.objects.order_by("n")]
    with pytest.raises(NothingDue):
        proposed(room, chief)
    with clock.at(clock.now() + LONG):
        assert archive(chief, room.site_id).ripe == 1
        with pytest.raises(ReasonMissing):
            propose_destruction(
                actor=chief, site_id=room.site_id, patient_ids=[room.patient_id], reason=""
            )
        with pytest.raises(NotAllowed):
            proposed(room, room.doctor)
        made = proposed(room, chief)
        assert archive(chief, room.site_id).due == ()
        with pytest.raises(SecondPerson):
            approve_destruction(actor=chief, destruction_id=made)
        with pytest.raises(DestructionMoveRefused):
            carry_out_destruction(actor=second, destruction_id=made, note="碎纸，双人监销")
        with pytest.raises(NotFound):
            certificate(chief, made, "en")
        approve_destruction(actor=second, destruction_id=made, version=1)
        with pytest.raises(StillWaiting):
            carry_out_destruction(actor=second, destruction_id=made, note="碎纸，双人监销")
        assert files.read(kept[0])

    with clock.at(clock.now() + LONG + timedelta(days=30)):
        with pytest.raises(ReasonMissing):
            carry_out_destruction(actor=second, destruction_id=made, note="")
        with django_capture_on_commit_callbacks(execute=True):
            carry_out_destruction(actor=chief, destruction_id=made, note="碎纸，双人监销")
        for one in kept:
            with pytest.raises(NotFound):
                files.read(one)
            assert not files._place(one).exists()
        row = Paper.objects.get(pk=paper_id)
        assert (row.title, row.shelf, row.kind) == ("", "", "earlier")
        assert row.destroyed_at is not None
        [line] = destruction(chief, made).records
        pages = PaperPage.objects.filter(paper_id=paper_id)
        there_was = manifest((str(one.paper_id), one.n, bytes(one.sha256)) for one in pages)
        assert (line.papers, line.pages, line.kept, line.manifest) == (1, 2, "", there_was)
        for language in ("en", "zh-hans"):
            assert certificate(chief, made, language).startswith(b"%PDF")
        with pytest.raises(DestructionMoveRefused):
            take_back_destruction(actor=chief, destruction_id=made, reason="不应销毁")
    told = AuditEntry.objects.get(action="records.papers.destroyed")
    assert told.details["manifest"] == there_was
    states = [
        one.body["state"] for one in Event.objects.filter(name="DestructionMoved").order_by("seq")
    ]
    assert states == ["proposed", "approved", "done"]


def test_what_is_held_here_or_seen_again_meanwhile_is_kept_and_the_list_says_why(old):
    room, chief, second, _paper_id = old
    site = Site.objects.get(pk=room.site_id)
    held, here, again = others = [make_patient(site, f"何{n}", phone="") for n in "一二三"]
    for one in others:
        filed(room, patient_id=one)
    with clock.at(clock.now() + LONG):
        made = proposed(room, chief, *others)
        approve_destruction(actor=second, destruction_id=made)
        place_hold(
            actor=chief, site_id=room.site_id, patient_id=held,
            demanded_by="区法院", reason="民事诉讼取证",
        )  # fmt: skip
    with clock.at(clock.now() + LONG + timedelta(days=40)):
        for one in (here, again):
            visit_id = open_visit(actor=CLERK, patient_id=one, site_id=room.site_id, kind="walk_in")
            if one == again:
                left(room, visit_id)
        carry_out_destruction(actor=second, destruction_id=made, note="碎纸，双人监销")
    why = dict(Destroyed.objects.values_list("patient_id", "kept"))
    assert why == {room.patient_id: "", held: "hold", here: "here", again: "term"}
    assert Paper.objects.filter(patient_id__in=others, destroyed_at=None).count() == 3


def test_a_record_under_hold_or_elsewhere_is_not_proposed(old):
    room, chief, _second, _paper_id = old
    with clock.at(clock.now() + LONG):
        with pytest.raises(NothingDue):
            proposed(room, chief, new_id())
        place_hold(
            actor=chief, site_id=room.site_id, patient_id=room.patient_id,
            demanded_by="区法院", reason="民事诉讼取证",
        )  # fmt: skip
        with pytest.raises(NothingDue):
            proposed(room, chief)
        [line] = archive(chief, room.site_id).due
        assert line.kept == "hold"


def test_a_list_that_was_taken_back_destroys_nothing_and_may_be_proposed_anew(old):
    room, chief, second, _paper_id = old
    with clock.at(clock.now() + LONG):
        made = proposed(room, chief)
        take_back_destruction(actor=chief, destruction_id=made, reason="清单有误")
        with pytest.raises(DestructionMoveRefused):
            approve_destruction(actor=second, destruction_id=made)
        again = proposed(room, chief)
        numbers = [one.number for one in archive(chief, room.site_id).lists]
    assert again != made
    assert len(set(numbers)) == 2


def test_the_database_itself_asks_for_the_second_person_and_the_waiting_time(old):
    room, chief, second, _paper_id = old
    with clock.at(clock.now() + LONG):
        made = proposed(room, chief)
        approve_destruction(actor=second, destruction_id=made)
    rows = Destruction.objects.filter(pk=made)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(approved_by_id=chief.user_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(state="done", ended_at=clock.now())


def test_pages_hold_and_destroy(old):
    room, chief, second, _paper_id = old
    one, other = browser(chief), browser(second)

    def posted(client, name, *ids, **fields):
        return client.post(
            reverse(f"records:{name}", args=ids), {"request_key": str(new_id())} | fields,
            headers=PART,
        )  # fmt: skip

    assert browser(room.doctor).get(reverse("records:archive")).status_code == 403
    facts = {"demanded_by": "区法院", "reason": "民事诉讼取证"}
    assert posted(one, "hold", room.patient_id, demanded_by="").status_code == 422
    assert posted(one, "hold", room.patient_id, **facts).status_code == 200
    hold = LegalHold.objects.get()
    assert "区法院" in one.get(reverse("records:archive")).text
    assert posted(one, "lift-hold", hold.pk, reason="案件已结", version="9").status_code == 412
    assert posted(one, "lift-hold", hold.pk, reason="案件已结", version="1").status_code == 200
    assert posted(one, "terms", years="3", waiting_days="30").status_code == 422
    assert posted(one, "terms", years="30", waiting_days="7", consent="40").status_code == 200
    assert posted(one, "propose-destruction", record="x", reason="年度清理").status_code == 404
    with clock.at(clock.now() + LONG):
        one.force_login(one_user(chief))
        other.force_login(one_user(second))
        assert "2019" not in one.get(reverse("records:archive"), headers=PART).text
        many = {"record": str(room.patient_id), "reason": "年度清理"}
        assert posted(one, "propose-destruction", **many).status_code == 200
        made = Destruction.objects.get().pk
        assert "Your own" in one.get(reverse("records:destruction", args=[made])).text
        assert posted(one, "approve-destruction", made, version="1").status_code == 403
        assert posted(other, "approve-destruction", made, version="1").status_code == 200
        early = posted(other, "carry-out-destruction", made, note="碎纸监销", version="2")
        assert early.status_code == 409
    with clock.at(clock.now() + LONG + timedelta(days=8)):
        other.force_login(one_user(second))
        done = posted(other, "carry-out-destruction", made, note="碎纸监销", version="2")
        assert done.status_code == 200
        pdf = other.get(reverse("records:certificate", args=[made]))
        assert pdf.content.startswith(b"%PDF")
        assert "Destroyed" in other.get(reverse("records:destruction", args=[made])).text


def one_user(actor):
    return User.objects.get(pk=actor.user_id)
