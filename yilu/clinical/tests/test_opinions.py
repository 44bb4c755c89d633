"""Colleagues are asked and answer in time; a discussion stands once all who were there signed."""

from datetime import timedelta
from uuid import UUID

import pytest
import yaml
from django.db import DatabaseError, transaction
from django.urls import reverse

from yilu.clinical.errors import (
    AlreadyRecorded,
    ConsentChanged,
    MinutesSigned,
    MoveRefused,
    NotAPractitioner,
    NotAsked,
    NotPresent,
)
from yilu.clinical.models import CaseDiscussion, DiscussionMember, Opinion
from yilu.clinical.operations.discussions import (
    DiscussionPlan,
    Minutes,
    cancel_discussion,
    note_minutes,
    plan_discussion,
    sign_minutes,
)
from yilu.clinical.operations.opinions import (
    Question,
    ask_opinion,
    give_opinion,
    read_opinion,
    withdraw_opinion,
)
from yilu.clinical.rules.rulesets import DATA, ruleset
from yilu.clinical.selectors.discussions import discussion_page, my_discussions
from yilu.clinical.selectors.opinions import opinions_to_give, opinions_to_read, visit_opinions
from yilu.clinical.states import (
    DISCUSSION_MOVES,
    OPINION_MOVES,
    DiscussionState,
    OpinionState,
    check_discussion_move,
    check_opinion_move,
)
from yilu.clinical.tests.factories import Room, another_doctor, make_room
from yilu.clinical.tests.test_pages import PART, browser, sealed, url
from yilu.clinical.tests.test_races import together
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import Invalid, NotAllowed, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event
from yilu.records.errors import OutsideCare
from yilu.workforce.selectors.practitioners import department_of

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C08")]


def asked(room: Room, of: Actor, **facts: str) -> UUID:
    question = Question("皮损性质不明，是否需要活检？", practitioner_id=of.practitioner_id, **facts)
    return ask_opinion(actor=room.doctor, visit_id=room.visit_id, question=question)


def planned(room: Room, *others: Actor) -> UUID:
    plan = DiscussionPlan(
        "颌骨囊肿", "手术还是观察？", clock.now() + timedelta(days=1),
        [one.practitioner_id for one in others],
    )  # fmt: skip
    return plan_discussion(actor=room.doctor, visit_id=room.visit_id, plan=plan)


def noted(room: Room, discussion_id: UUID, *present: Actor, minutes: str = "两位意见一致") -> None:
    said = Minutes(minutes, "择期手术", [one.practitioner_id for one in present], "麻醉科李医师")
    note_minutes(actor=room.doctor, discussion_id=discussion_id, noted=said)


def sign(who: Actor, discussion_id: UUID, digest: str = "") -> None:
    seal = digest or discussion_page(who, discussion_id).digest
    sign_minutes(actor=who, discussion_id=discussion_id, digest=seal)


def test_a_colleague_finds_the_question_in_their_work_and_who_asked_the_answer():
    room = make_room()
    other = another_doctor(room).actor()
    opinion_id = asked(room, other)

    [line] = opinions_to_give(other, room.site_id)
    assert (line.id, line.can_answer, line.patient.name.written) == (opinion_id, True, "林半夏")
    assert opinions_to_give(room.doctor, room.site_id) == []
    give_opinion(actor=other, opinion_id=opinion_id, text="建议活检")
    assert opinions_to_give(other, room.site_id) == []
    [line] = opinions_to_read(room.doctor, room.site_id)
    assert (line.text, line.is_unread) == ("建议活检", True)
    read_opinion(actor=room.doctor, opinion_id=opinion_id)
    read_opinion(actor=room.doctor, opinion_id=opinion_id)

    assert opinions_to_read(room.doctor, room.site_id) == []
    actions = AuditEntry.objects.filter(action__startswith="clinical.opinion.")
    assert [one.action.rpartition(".")[2] for one in actions.order_by("id")] == [
        "asked",
        "given",
        "read",
    ]
    assert Event.objects.get(name="OpinionGiven").body["opinion_id"] == str(opinion_id)


def test_a_department_is_asked_and_any_of_it_but_who_asks_may_answer():
    room = make_room()
    other = another_doctor(room).actor()
    home = department_of(other.practitioner_id)
    question = Question("请协助", department_id=home)
    opinion_id = ask_opinion(actor=room.doctor, visit_id=room.visit_id, question=question)

    with pytest.raises(NotAsked):
        give_opinion(actor=room.doctor, opinion_id=opinion_id, text="自答")
    assert opinions_to_give(room.doctor, room.site_id) == []
    [line] = opinions_to_give(other, room.site_id)
    assert line.can_answer
    give_opinion(actor=other, opinion_id=opinion_id, text="可以")

    assert Opinion.objects.get().given_by_id == other.practitioner_id


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": " "}, "question"),
        ({"practitioner_id": None}, "to"),
        ({"practitioner_id": new_id()}, "to"),
        ({"urgency": "soon"}, "urgency"),
        ({"text": "问" * 1001}, "question"),
    ],
)
def test_a_question_without_sense_is_refused_and_leaves_nothing(facts: dict, field: str):
    room = make_room()
    other = another_doctor(room).actor()
    usual = {"text": "怎么办", "practitioner_id": other.practitioner_id}

    with pytest.raises(Invalid) as refused:
        ask_opinion(actor=room.doctor, visit_id=room.visit_id, question=Question(**usual | facts))

    assert refused.value.errors[0].field == field
    assert not Opinion.objects.exists()
    assert not Event.objects.filter(name="OpinionAsked").exists()


def test_only_who_is_asked_answers_and_only_once():
    room = make_room()
    other, third = another_doctor(room).actor(), another_doctor(room, "吴小满").actor()
    opinion_id = asked(room, other)

    with pytest.raises(NotAsked):
        give_opinion(actor=third, opinion_id=opinion_id, text="我来")
    with pytest.raises(NotAPractitioner):
        give_opinion(actor=room.nurse, opinion_id=opinion_id, text="我来")
    question = Question("?", practitioner_id=other.practitioner_id)
    with pytest.raises(NotAllowed):
        ask_opinion(actor=room.nurse, visit_id=room.visit_id, question=question)
    with pytest.raises(MoveRefused):
        read_opinion(actor=room.doctor, opinion_id=opinion_id)
    give_opinion(actor=other, opinion_id=opinion_id, text="建议活检")
    with pytest.raises(MoveRefused):
        give_opinion(actor=other, opinion_id=opinion_id, text="再说一句")
    with pytest.raises(NotAsked):
        read_opinion(actor=other, opinion_id=opinion_id)

    assert Opinion.objects.get().text == "建议活检"


def test_a_question_is_taken_back_with_a_reason_by_who_asked():
    room = make_room()
    other = another_doctor(room).actor()
    opinion_id = asked(room, other)

    with pytest.raises(NotAsked):
        withdraw_opinion(actor=other, opinion_id=opinion_id, reason="不必")
    with pytest.raises(Stale):
        withdraw_opinion(actor=room.doctor, opinion_id=opinion_id, reason="x", version=9)
    withdraw_opinion(actor=room.doctor, opinion_id=opinion_id, reason="已明确", version=1)

    assert opinions_to_give(other, room.site_id) == []
    assert Event.objects.filter(name="OpinionWithdrawn").count() == 1


def test_its_time_is_that_of_the_rules_and_of_the_pathway():
    room = make_room()
    other = another_doctor(room).actor()
    limits = ruleset("opinions").body["minutes"]
    ways = {"usual": "opinion", "urgent": "opinion_urgent"}

    for urgency, key in ways.items():
        row = Opinion.objects.get(pk=asked(room, other, urgency=urgency))
        body = yaml.safe_load((DATA.parent / "pathways" / f"{key}.yaml").read_text())
        assert row.due_at - row.asked_at == timedelta(minutes=limits[urgency])
        assert body["steps"][0]["due"]["minutes"] == limits[urgency]
        assert body["starts_on"]["where"] == {"urgency": urgency}


def test_what_was_said_is_not_changed_in_the_database_either():
    room = make_room()
    other = another_doctor(room).actor()
    opinion_id = asked(room, other)
    give_opinion(actor=other, opinion_id=opinion_id, text="建议活检")

    for fields in ({"text": "别的"}, {"question": "别的"}, {"state": "asked"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Opinion.objects.update(**fields)


def test_minutes_stand_once_everybody_who_was_there_has_signed():
    room = make_room()
    other, absent = another_doctor(room).actor(), another_doctor(room, "吴小满").actor()
    discussion_id = planned(room, other, absent)
    assert [one.id for one in my_discussions(absent, room.site_id)] == [discussion_id]

    noted(room, discussion_id, other)
    assert my_discussions(absent, room.site_id) == []
    with pytest.raises(NotPresent):
        sign(absent, discussion_id)
    sign(room.doctor, discussion_id)
    assert CaseDiscussion.objects.get().state == "noted"
    with pytest.raises(AlreadyRecorded):
        sign(room.doctor, discussion_id)
    sign(other, discussion_id)

    page = discussion_page(other, discussion_id)
    assert (page.line.state, page.decision, page.others) == ("signed", "择期手术", "麻醉科李医师")
    assert Event.objects.filter(name="CaseDiscussionSigned").count() == 1
    for model, fields in (
        (CaseDiscussion, {"minutes": "别的"}),
        (DiscussionMember, {"digest": ""}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk__isnull=False).update(**fields)


def test_minutes_may_be_written_anew_until_the_first_signature_and_nobody_signs_another_text():
    room = make_room()
    other = another_doctor(room).actor()
    discussion_id = planned(room, other)
    noted(room, discussion_id, other)
    before = discussion_page(other, discussion_id).digest
    noted(room, discussion_id, other, minutes="改写")

    with pytest.raises(ConsentChanged):
        sign(other, discussion_id, before)
    with pytest.raises(NotPresent):
        noted(Room(room.site_id, None, room.visit_id, room.nurse, other, None), discussion_id)
    sign(other, discussion_id)
    with pytest.raises(MinutesSigned):
        noted(room, discussion_id, other)

    assert CaseDiscussion.objects.get().minutes == "改写"


def test_a_discussion_needs_two_and_a_time():
    room = make_room()
    other = another_doctor(room).actor()
    empty = DiscussionPlan("", "", None, [])

    with pytest.raises(Invalid) as refused:
        plan_discussion(actor=room.doctor, visit_id=room.visit_id, plan=empty)
    assert {one.field for one in refused.value.errors} == {
        "title",
        "question",
        "starts_at",
        "members",
    }
    discussion_id = planned(room, other)
    with pytest.raises(Invalid):
        noted(room, discussion_id)
    cancel_discussion(actor=room.doctor, discussion_id=discussion_id, reason="已转院")
    with pytest.raises(MoveRefused):
        noted(room, discussion_id, other)

    assert CaseDiscussion.objects.get().reason == "已转院"


def test_who_is_asked_opens_the_record_on_a_later_day_too_and_nobody_else_does():
    room = make_room()
    other, third = another_doctor(room).actor(), another_doctor(room, "吴小满").actor()
    opinion_id = asked(room, other)
    discussion_id = planned(room, other)

    with clock.at(clock.now() + timedelta(days=2)):
        give_opinion(actor=other, opinion_id=opinion_id, text="建议活检")
        assert discussion_page(other, discussion_id).line.id == discussion_id
        with pytest.raises(OutsideCare):
            discussion_page(third, discussion_id)


@pytest.mark.parametrize("many", [1, 6])
def test_the_lists_cost_the_same_however_many(many: int, django_assert_num_queries):
    room = make_room()
    other = another_doctor(room).actor()
    site_zone(room.site_id)
    for _ in range(many):
        asked(room, other)
        planned(room, other)

    with django_assert_num_queries(6):
        assert len(opinions_to_give(other, room.site_id)) == many
    with django_assert_num_queries(4):
        assert len(my_discussions(other, room.site_id)) == many
    with django_assert_num_queries(7):
        assert len(visit_opinions(room.doctor, room.visit_id)) == many


def test_the_pages_ask_answer_discuss_and_sign():
    room = make_room()
    someone = another_doctor(room)
    other = someone.actor()
    doctor, colleague = browser(room.doctor), browser(other)
    to = f"p-{other.practitioner_id}"

    assert doctor.post(url("opinions", room), form(room), headers=PART).status_code == 422
    made = doctor.post(url("opinions", room), form(room, question="活检？", to=to), headers=PART)
    assert made.status_code == 204
    assert "活检？" in doctor.get(url("opinions", room)).text
    opinion_id = Opinion.objects.get().pk
    page = colleague.get(reverse("clinical:work", args=[room.site_id]))
    assert "活检？" in page.text
    address = reverse("clinical:opinion", args=[opinion_id])
    assert colleague.post(address, form(room, version="1"), headers=PART).status_code == 422
    answer = form(room, text="活检吧", version="1")
    assert colleague.post(address, answer, headers=PART).status_code == 204
    assert "活检吧" in colleague.get(address).text
    assert "活检吧" in doctor.get(reverse("clinical:work-lists", args=[room.site_id])).text
    read = reverse("clinical:opinion-read", args=[opinion_id])
    assert doctor.post(read, form(room), headers=PART).status_code == 204
    assert "活检吧" not in doctor.get(reverse("clinical:work", args=[room.site_id])).text

    plan = form(
        room, title="囊肿", question="手术？", starts_at="2031-03-04T10:00",
        members=[str(other.practitioner_id)],
    )  # fmt: skip
    assert doctor.post(url("discuss", room), form(room), headers=PART).status_code == 422
    assert doctor.post(url("discuss", room), plan, headers=PART).status_code in {200, 204, 303}
    discussion_id = CaseDiscussion.objects.get().pk
    address = reverse("clinical:discussion", args=[discussion_id])
    assert doctor.post(address, form(room, version="1"), headers=PART).status_code == 422
    minutes = form(
        room, minutes="讨论", decision="手术", present=[str(other.practitioner_id)], version="1"
    )
    assert "手术" in doctor.post(address, minutes, headers=PART).text
    for who in (doctor, colleague):
        digest = CaseDiscussion.objects.get().digest
        signing = reverse("clinical:sign-discussion", args=[discussion_id])
        assert who.post(signing, form(room, digest=digest), headers=PART).status_code == 200
    assert "Signed by all" in doctor.get(address).text


def form(room: Room, **fields: object) -> dict:
    return sealed(room, request_key=str(new_id())) | fields


@pytest.mark.parametrize("current", OpinionState)
@pytest.mark.parametrize("target", OpinionState)
def test_only_listed_moves_of_a_question_are_legal(current, target):
    if target in OPINION_MOVES[current]:
        check_opinion_move(current, target)
    else:
        with pytest.raises(MoveRefused):
            check_opinion_move(current, target)


@pytest.mark.parametrize("current", DiscussionState)
@pytest.mark.parametrize("target", DiscussionState)
def test_only_listed_moves_of_a_discussion_are_legal(current, target):
    if target in DISCUSSION_MOVES[current]:
        check_discussion_move(current, target)
    else:
        with pytest.raises(MoveRefused):
            check_discussion_move(current, target)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_does():
    room = make_room()
    other = another_doctor(room).actor()
    opinion_id = asked(room, other)

    found = together(
        lambda: give_opinion(actor=other, opinion_id=opinion_id, text="一"),
        lambda: give_opinion(actor=other, opinion_id=opinion_id, text="二"),
    )

    assert found.count(MoveRefused) == 1
    assert Event.objects.filter(name="OpinionGiven").count() == 1
