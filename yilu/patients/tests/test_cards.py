"""Visit cards: given out, lost, found, replaced; a lost one works nowhere."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils.translation import override

from yilu.patients.errors import (
    AlreadyRegistered,
    CardOver,
    CardWasOthers,
    HasCard,
    NotLost,
    UnknownPatient,
)
from yilu.patients.models import Card
from yilu.patients.operations.cards import card_found, issue_card, replace_card, report_lost
from yilu.patients.operations.merges import merge_patients, undo_merge
from yilu.patients.operations.patients import change_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.selectors.cards import cards_of
from yilu.patients.selectors.search import search_patients
from yilu.patients.tests.conftest import Desk
from yilu.patients.tests.factories import MERGER, make_actor, make_patient, make_site
from yilu.patients.tests.test_races import at_once
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.platform.errors import Invalid, NotAllowed
from yilu.platform.models import AuditEntry, Event

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B21")]


def number_of(card_id: UUID) -> str:
    return Card.objects.get(pk=card_id).number


def finds(desk: Desk, number: str) -> list[UUID]:
    return [hit.id for hit in search_patients(desk.actor, number)]


def test_a_card_with_a_number_and_one_with_a_code_of_ours_both_work(desk):
    one, two = make_patient(desk.site), make_patient(desk.site)

    printed = issue_card(actor=desk.actor, patient_id=one, number=" vc-20417 ")
    coded = issue_card(actor=desk.actor, patient_id=two)

    assert number_of(printed) == "VC20417"
    assert len(number_of(coded)) == 16
    assert finds(desk, "VC-20417") == [one]
    assert finds(desk, number_of(coded)) == [two]
    assert Event.objects.filter(name="CardIssued").count() == 2


def test_a_lost_card_works_nowhere_from_that_moment(desk):
    patient = make_patient(desk.site)
    card = issue_card(actor=desk.actor, patient_id=patient, number="VC20417")

    report_lost(actor=desk.actor, card_id=card)

    assert finds(desk, "VC20417") == []
    said = desk.part(reverse("patients:search"), q="VC20417").text
    assert "reported lost" in said
    assert "Register" not in said
    assert AuditEntry.objects.filter(action="patients.card.lost").count() == 1
    assert Event.objects.get(name="CardStopped").body["why"] == "lost"
    with pytest.raises(CardOver):
        report_lost(actor=desk.actor, card_id=card)


def test_a_lost_number_is_never_given_out_again(desk):
    patient, other = make_patient(desk.site), make_patient(desk.site)
    report_lost(
        actor=desk.actor, card_id=issue_card(actor=desk.actor, patient_id=patient, number="VC20417")
    )

    for somebody in (patient, other):
        with pytest.raises(CardWasOthers):
            issue_card(actor=desk.actor, patient_id=somebody, number="VC20417")
    with pytest.raises(CardWasOthers):
        change_patient(
            actor=desk.actor, patient_id=other, facts=PatientFacts(name="张", visit_card="VC20417")
        )
    assert Card.objects.count() == 1


def test_a_found_card_works_again_unless_another_has_taken_its_place(desk):
    patient = make_patient(desk.site)
    card = issue_card(actor=desk.actor, patient_id=patient, number="VC20417")
    with pytest.raises(NotLost):
        card_found(actor=desk.actor, card_id=card)
    report_lost(actor=desk.actor, card_id=card)

    card_found(actor=desk.actor, card_id=card)
    assert finds(desk, "VC20417") == [patient]

    report_lost(actor=desk.actor, card_id=card)
    new = replace_card(actor=desk.actor, card_id=card, number="VC20418")
    with pytest.raises(NotLost):
        card_found(actor=desk.actor, card_id=card)
    assert finds(desk, "VC20417") == []
    assert finds(desk, "VC20418") == [patient]
    assert Card.objects.get(pk=new).follows_id == card


def test_a_card_is_replaced_once(desk):
    patient = make_patient(desk.site)
    card = issue_card(actor=desk.actor, patient_id=patient, number="VC20417")

    replace_card(actor=desk.actor, card_id=card)

    with pytest.raises(CardOver):
        replace_card(actor=desk.actor, card_id=card)
    with pytest.raises(HasCard):
        issue_card(actor=desk.actor, patient_id=patient)
    assert Card.objects.filter(ended_at=None).count() == 1


def test_a_number_that_is_somebody_s_or_no_number_is_refused(desk):
    issue_card(actor=desk.actor, patient_id=make_patient(desk.site), number="VC20417")
    patient = make_patient(desk.site)

    for number, refusal in (("VC20417", AlreadyRegistered), ("??", Invalid), ("A" * 41, Invalid)):
        with pytest.raises(refusal):
            issue_card(actor=desk.actor, patient_id=patient, number=number)
    assert Card.objects.count() == 1


@pytest.mark.parametrize("deed", [report_lost, replace_card, card_found])
def test_only_who_may_change_the_patient_touches_their_card(desk, deed):
    card = issue_card(actor=desk.actor, patient_id=make_patient(desk.site))
    stranger = make_actor(make_site())
    reader = make_actor(desk.site, grants=("patients.see",))

    for actor, refusal in ((stranger, UnknownPatient), (reader, NotAllowed)):
        with pytest.raises(refusal):
            deed(actor=actor, card_id=card)
    assert Card.objects.get().ended_at is None


def test_a_patient_reports_their_own_card_lost_and_cannot_bring_it_back(desk):
    patient = make_patient(desk.site)
    card = issue_card(actor=desk.actor, patient_id=patient)
    owner = Actor(kind="patient", name="", user_id=patient, owns=frozenset({patient}))

    report_lost(actor=owner, card_id=card)

    with pytest.raises(NotLost):
        card_found(actor=owner, card_id=card)
    assert Card.objects.get().ended_why == "lost"


def test_both_cards_of_two_records_lead_to_the_survivor_and_either_can_be_stopped(desk):
    actor = make_actor(desk.site, grants=MERGER)
    one, two = make_patient(desk.site, "甲一"), make_patient(desk.site, "甲一")
    first = issue_card(actor=actor, patient_id=one, number="VC20417")
    second = issue_card(actor=actor, patient_id=two, number="VC20418")
    before = rows("SELECT t::text AS it FROM patients_card t ORDER BY id", {})

    made = merge_patients(actor=actor, survivor_id=one, merged_id=two, reason="重复")
    assert finds(desk, "VC20417") == finds(desk, "VC20418") == [one]
    assert [line.works for line in cards_of(actor, one).lines] == [True, True]
    undo_merge(actor=actor, merge_id=made, reason="错")
    assert rows("SELECT t::text AS it FROM patients_card t ORDER BY id", {}) == before

    merge_patients(actor=actor, survivor_id=one, merged_id=two, reason="重复")
    report_lost(actor=actor, card_id=second)
    assert (finds(desk, "VC20417"), finds(desk, "VC20418")) == ([one], [])
    assert Card.objects.get(pk=first).ended_at is None


@pytest.mark.parametrize("count", [1, 12])
def test_what_a_patient_s_cards_cost(desk, count, django_assert_num_queries):
    patient = make_patient(desk.site)
    card = issue_card(actor=desk.actor, patient_id=patient)
    for _ in range(count - 1):
        card = replace_card(actor=desk.actor, card_id=card)

    with django_assert_num_queries(4):
        assert len(cards_of(desk.actor, patient).lines) == count


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "裴冬青"), ("en", "Pei Dongqing")])
def test_who_gave_a_card_out_and_stopped_it_is_named_as_its_reader_writes_names(
    desk, language, name
):
    patient, clerk = make_patient(desk.site), replace(desk.actor, name="裴冬青")
    report_lost(actor=clerk, card_id=issue_card(actor=clerk, patient_id=patient))

    [line] = cards_of(desk.actor, patient).lines
    with override(language):
        assert (str(line.issued_by), str(line.ended_by)) == (name, name)


def test_the_desk_gives_out_prints_and_stops_a_card(desk):
    patient = make_patient(desk.site, "张小明")
    issue = reverse("patients:issue-card", args=[patient])

    assert "Number on the card" in desk.part(issue).text
    assert desk.post(issue, {"number": "VC20417"}).status_code == 303
    assert desk.post(issue, {"number": "VC20418"}).status_code == 409
    card = Card.objects.get()
    part = desk.part(reverse("patients:cards", args=[patient])).text
    assert "VC20417" not in part
    printed = desk.get(reverse("patients:print-card", args=[patient, card.pk])).text
    assert "VC20417" in printed
    assert "<svg" in printed
    assert desk.post(reverse("patients:card-lost", args=[patient, card.pk])).status_code == 303
    assert desk.get(reverse("patients:print-card", args=[patient, card.pk])).status_code == 404
    assert desk.post(reverse("patients:card-found", args=[patient, card.pk])).status_code == 303
    replaced = desk.post(reverse("patients:replace-card", args=[patient, card.pk]), {"number": ""})
    assert replaced.status_code == 303
    assert Card.objects.filter(ended_at=None).count() == 1


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_many_desks_that_give_out_lose_and_replace_one_wins_each_time():
    site = make_site()
    actor, patient = make_actor(site), make_patient(site)

    given = at_once(*[lambda: issue_card(actor=actor, patient_id=patient)] * 6)
    card = Card.objects.get()
    lost = at_once(*[lambda: report_lost(actor=actor, card_id=card.pk)] * 6)
    replaced = at_once(*[lambda: replace_card(actor=actor, card_id=card.pk)] * 6)

    assert given == {"done": 1, "has_card": 5}
    assert lost == {"done": 1, "card_over": 5}
    assert replaced == {"done": 1, "card_over": 5}
    assert Card.objects.filter(ended_at=None).count() == 1
