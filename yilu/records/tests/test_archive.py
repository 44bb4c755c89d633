"""Scanned papers beside the record, how long they are kept, and legal holds."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yilu.clinical.tests.factories import another_doctor, make_room, make_second_patient
from yilu.clinical.tests.test_pages import PART, browser
from yilu.platform import clock, files
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event
from yilu.records.errors import (
    AlreadyWithdrawn,
    HoldIncomplete,
    HoldLifted,
    NoPages,
    OutOfBounds,
    OutsideCare,
    PaperIncomplete,
    PaperInFuture,
    ReasonMissing,
    TooManyPages,
    UnderHold,
    VisitOfAnother,
)
from yilu.records.models import LegalHold, Paper, PaperPage
from yilu.records.operations.keeping import lift_hold, place_hold, set_retention
from yilu.records.operations.papers import Page, withdraw_paper
from yilu.records.rules.archive import MOST_PAGES, after_years, due_on
from yilu.records.selectors.papers import page_file, paper, papers_part
from yilu.records.selectors.retention import terms
from yilu.records.tests.archives import GPS, PDF, filed, manager, photo
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C15")]


def test_a_paper_keeps_its_pages_in_order_sealed_and_without_what_a_phone_adds():
    room = make_room()
    found = paper(room.doctor, filed(room, visit_id=room.visit_id))

    assert (found.title, found.shelf, found.visit_id) == ("2019年外院病历", "B-12", room.visit_id)
    assert [one.is_picture for one in found.pages] == [True, False]
    first = files.read(page_file(room.doctor, found.id, 1))
    assert first.startswith(b"\xff\xd8")
    assert GPS not in first
    assert files.read(page_file(room.doctor, found.id, 2)) == PDF
    with pytest.raises(NotFound):
        page_file(room.doctor, found.id, 3)
    line = AuditEntry.objects.get(action="records.paper.filed")
    assert (line.details["kind"], line.details["pages"]) == ("earlier", 2)
    assert Event.objects.get(name="PaperFiled").body["paper_id"] == str(found.id)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"title": "  "}, PaperIncomplete),
        ({"kind": "poem"}, PaperIncomplete),
        ({"dated_on": date(2150, 1, 1)}, PaperInFuture),
        ({"dated_on": date(1850, 1, 1)}, PaperInFuture),
        ({"pages": []}, NoPages),
        ({"pages": [Page(PDF, "a.pdf")] * (MOST_PAGES + 1)}, TooManyPages),
        ({"pages": [Page(b"<svg onload='x'/>", "a.svg")]}, files.WrongContent),
        ({"pages": [Page(PDF, "a.jpg")]}, files.WrongContent),
        ({"visit_id": UUID(int=1)}, VisitOfAnother),
    ],
)
def test_what_is_no_paper_of_this_patient_is_refused_and_leaves_nothing(wrong, refusal):
    room = make_room()
    with pytest.raises(refusal):
        filed(room, **wrong)
    assert not Paper.objects.exists()
    assert not Event.objects.filter(name="PaperFiled").exists()


def test_a_visit_of_somebody_else_is_refused():
    room = make_room()
    with pytest.raises(VisitOfAnother):
        filed(room, visit_id=make_second_patient(room))


def test_the_desk_files_without_reading_and_who_does_not_treat_reads_the_number_alone():
    room = make_room()
    desk = make_staff("front_desk", site_id=room.site_id, name="前台").actor()
    paper_id = filed(room, desk)
    with pytest.raises(NotFound):
        paper(desk, paper_id)
    part = papers_part(desk, room.patient_id)
    assert (part.is_open, part.filed, part.papers) == (False, 1, ())
    cashier = make_staff("cashier", site_id=room.site_id, name="收费").actor()
    with pytest.raises(NotAllowed):
        filed(room, cashier)

    stranger = another_doctor(room).actor()
    with clock.at(clock.now() + timedelta(days=200)):
        with pytest.raises(OutsideCare):
            paper(stranger, paper_id)
        with pytest.raises(OutsideCare):
            page_file(stranger, paper_id, 1)
        assert papers_part(stranger, room.patient_id).papers == ()


def test_a_paper_filed_by_mistake_is_withdrawn_with_a_reason_and_kept():
    room = make_room()
    paper_id = filed(room)
    with pytest.raises(ReasonMissing):
        withdraw_paper(actor=room.doctor, paper_id=paper_id, reason=" ")
    with pytest.raises(Stale):
        withdraw_paper(actor=room.doctor, paper_id=paper_id, reason="归错了患者", version=7)
    withdraw_paper(actor=room.doctor, paper_id=paper_id, reason="归错了患者", version=1)
    with pytest.raises(AlreadyWithdrawn):
        withdraw_paper(actor=room.doctor, paper_id=paper_id, reason="归错了患者")
    with pytest.raises(NotFound):
        paper(room.doctor, paper_id)
    assert papers_part(room.doctor, room.patient_id).filed == 0
    assert PaperPage.objects.filter(paper_id=paper_id).count() == 2


@pytest.mark.parametrize("papers", [1, 5])
def test_the_part_costs_the_same_however_many_papers(papers, django_assert_num_queries):
    room = make_room()
    for _n in range(papers):
        filed(room)
    with django_assert_num_queries(15):
        assert len(papers_part(room.doctor, room.patient_id).papers) == papers


# Terms and holds


def test_a_term_runs_from_the_last_visit_and_a_kind_may_keep_the_record_longer():
    assert after_years(date(2024, 2, 29), 30) == date(2054, 2, 28) + timedelta(days=1)
    assert due_on(date(2000, 1, 1), ["note"], 30, {"consent": 40}) == date(2030, 1, 1)
    assert due_on(date(2000, 1, 1), ["consent"], 30, {"consent": 40}) == date(2040, 1, 1)

    room = make_room()
    filed(room, kind="consent")
    today = clock.now().date()
    assert terms([room.patient_id])[room.patient_id].due_on == after_years(today, 30)
    chief = manager(room)
    set_retention(actor=chief, years=20, longer={"consent": 50}, waiting_days=14)
    assert terms([room.patient_id])[room.patient_id].due_on == after_years(today, 50)


@pytest.mark.parametrize(
    "wrong", [{"years": 14}, {"years": 101}, {"waiting_days": 6}, {"longer": {"consent": 29}}]
)
def test_terms_that_no_law_allows_are_refused(wrong):
    chief = manager(make_room())
    usual = {"years": 30, "longer": {}, "waiting_days": 30}
    with pytest.raises(OutOfBounds):
        set_retention(actor=chief, **(usual | wrong))
    set_retention(actor=chief, **usual)
    with pytest.raises(Stale):
        set_retention(actor=chief, **usual, version=0)


def test_a_hold_keeps_a_record_until_somebody_lifts_it_and_says_why():
    room = make_room()
    chief, paper_id = manager(room), filed(room)
    about = {"site_id": room.site_id, "patient_id": room.patient_id}
    with pytest.raises(HoldIncomplete):
        place_hold(actor=chief, **about, demanded_by="", reason="民事诉讼取证")
    with pytest.raises(NotAllowed):
        place_hold(actor=room.doctor, **about, demanded_by="区法院", reason="民事诉讼取证")
    hold_id = place_hold(actor=chief, **about, demanded_by="区法院", reason="民事诉讼取证")
    with pytest.raises(UnderHold):
        withdraw_paper(actor=room.doctor, paper_id=paper_id, reason="归错了患者")
    assert [one.demanded_by for one in papers_part(room.doctor, room.patient_id).holds] == [
        "区法院"
    ]

    with pytest.raises(ReasonMissing):
        lift_hold(actor=chief, hold_id=hold_id, reason="")
    lift_hold(actor=chief, hold_id=hold_id, reason="案件已结", version=1)
    with pytest.raises(HoldLifted):
        lift_hold(actor=chief, hold_id=hold_id, reason="案件已结")
    row = LegalHold.objects.get()
    assert (row.lifted_by_id, row.lifted_reason) == (chief.user_id, "案件已结")
    withdraw_paper(actor=room.doctor, paper_id=paper_id, reason="归错了患者")
    deeds = AuditEntry.objects.filter(action__startswith="records.hold")
    assert sorted(deeds.values_list("action", flat=True)) == [
        "records.hold.lifted", "records.hold.placed",
    ]  # fmt: skip


def test_pages_file_show_and_withdraw_a_paper_once():
    room = make_room()
    nurse = browser(room.nurse)
    url = reverse("records:file", args=[room.patient_id])
    assert nurse.get(url).status_code == 200
    form = {
        "kind": "earlier", "title": "外院病历", "dated_on": "2019-05-04",
        "visit_id": str(room.visit_id), "shelf": "B-12", "request_key": str(new_id()),
    }  # fmt: skip

    def sent(content=None, **other):
        page = SimpleUploadedFile("IMG_1.jpg", content or photo())
        return nurse.post(url, {**form, **other, "pages": [page]}, headers=PART)

    assert sent(content=b"no picture", request_key=str(new_id())).status_code == 422
    assert sent(title="", request_key=str(new_id())).status_code == 422
    for wrong in ({"visit_id": "x"}, {"dated_on": "2150-01-01"}, {"dated_on": "gestern"}):
        assert sent(**wrong, request_key=str(new_id())).status_code == 422
    without = nurse.post(url, form | {"request_key": str(new_id())}, headers=PART)
    assert (without.status_code, "at least one page" in without.text) == (422, True)
    assert not Paper.objects.exists()

    same = photo()
    assert sent(content=same).status_code == 200
    assert sent(content=same).status_code == 200
    row = Paper.objects.get()
    part = nurse.get(reverse("records:papers", args=[room.patient_id]))
    assert "外院病历" in part.text
    shown = nurse.get(reverse("records:paper", args=[row.pk]))
    assert reverse("records:page", args=[row.pk, 1]) in shown.text
    image = nurse.get(reverse("records:page", args=[row.pk, 1]))
    assert (image["Content-Type"], image["Cache-Control"]) == ("image/jpeg", "no-store")
    assert "外院病历" in nurse.get(reverse("records:cover", args=[room.patient_id])).text
    withdraw = reverse("records:withdraw-paper", args=[row.pk])
    assert nurse.get(withdraw, headers=PART).status_code == 200
    why = {"reason": "归错了患者", "version": 1, "request_key": str(new_id())}
    assert nurse.post(withdraw, why, headers=PART).status_code == 200
    assert nurse.get(reverse("records:paper", args=[row.pk])).status_code == 404
