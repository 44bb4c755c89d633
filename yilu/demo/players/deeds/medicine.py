"""The pharmacy: one reviews and picks, another checks; then the patient is asked who they are."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from yilu.demo.players import habits
from yilu.demo.players.deciding import Due
from yilu.demo.players.pages import Form
from yilu.demo.players.stage import Stage
from yilu.demo.players.wire import Refused
from yilu.demo.selectors.sight import person_of
from yilu.platform import clock

KEEPS_DAYS = (200, 700)


def review(stage: Stage, due: Due) -> None:
    """The first pharmacist goes through the whole list."""
    session = stage.session("pharmacist")
    form = _form(stage, session, due.subject, "/review")
    stage.wire.send(session, form.action, form.fields | {"ticked": form.all_of("ticked")})


def pick(stage: Stage, due: Due) -> None:
    """The first pharmacist takes the medicines from the shelf, with their batches."""
    session = stage.session("pharmacist")
    form = _form(stage, session, due.subject, "/pick")
    stage.wire.send(session, form.action, form.fields | dict(_batches(form, due.subject)))


def check(stage: Stage, due: Due) -> None:
    """A second pharmacist compares. Who picked is refused by the page, which has no form then."""
    for n in (1, 0, 2):
        session = stage.session("pharmacist", n)
        try:
            form = _form(stage, session, due.subject, "/check")
        except Refused as refused:
            if refused.status != 404:
                raise
            continue
        stage.wire.send(session, form.action, form.fields)
        return
    raise Refused(0, "no second pharmacist")


def hand_over(stage: Stage, due: Due) -> None:
    """The patient gets every medicine of the visit, by name and record number, explained."""
    if due.visit_id is None:
        raise Refused(0, "no visit")
    session = stage.session("pharmacist", 1)
    person = person_of(due.visit_id)
    for dispense_id in stage.packed(due.visit_id):
        form = _form(stage, session, dispense_id, "/hand-over")
        told = {"id-name": person.name, "id-record_no": person.record_no, "teach_back": "1"}
        stage.wire.send(
            session, form.action, form.fields | told | {"points": form.all_of("points")}
        )


def _form(stage: Stage, session: str, dispense_id: UUID, ending: str) -> Form:
    return stage.wire.form(session, f"/pharmacy/{dispense_id}/", ending)


def _batches(form: Form, dispense_id: UUID) -> Iterator[tuple[str, str]]:
    today = clock.now().date()
    for name in [one for one in form.fields if one.startswith("item-")]:
        place = name.removeprefix("item-")
        dice = habits.chance(f"batch:{place}", dispense_id)
        expires = today + timedelta(days=dice.randint(*KEEPS_DAYS))
        yield f"batch-{place}", f"{today:%y}{dice.randint(10, 99)}{dice.randint(100, 999)}"
        yield f"expires-{place}", expires.isoformat()
