"""The laboratory: drawn from who says who they are; received, measured, verified by another."""

from decimal import Decimal

from yilu.demo.players import habits
from yilu.demo.players.deciding import Due
from yilu.demo.players.pages import Form
from yilu.demo.players.stage import Stage
from yilu.demo.players.wire import Refused
from yilu.demo.selectors.sight import Tube, person_of
from yilu.diagnostics.rules.catalogue import Analyte, lab_table

ROOM = "/examinations/laboratory"
ANSWERS = {"fasting": "yes", "bleeding": "no", "side": "yes", "told": "yes"}
# Where a range has only one end, this much of it is the other.
OTHER_END = 3


def sample(stage: Stage, due: Due) -> None:
    """Everything that was ordered is taken, by name and record number."""
    if due.visit_id is None:
        raise Refused(0, "no visit")
    session = stage.session("laboratory")
    form = stage.wire.form(session, f"{ROOM}/visits/{due.visit_id}/collect", "/collect")
    person = person_of(due.visit_id)
    told = {"id-name": person.name, "id-record_no": person.record_no}
    asked = {f"check-{key}": answer for key, answer in ANSWERS.items()}
    sent = form.fields | told | asked | {"order": form.all_of("order")}
    stage.wire.send(session, form.action, sent)


def receive(stage: Stage, due: Due) -> None:
    """The tube has come."""
    session, tube = stage.session("laboratory"), _tube(due)
    form = _form(stage, session, tube, "/receive")
    stage.wire.send(session, form.action, form.fields)


def enter(stage: Stage, due: Due) -> None:
    """The first of the laboratory types what the machine says."""
    session, tube = stage.session("laboratory"), _tube(due)
    form = _form(stage, session, tube, "/enter")
    analytes = lab_table().analytes
    values = {
        name: _value(analytes[name.removeprefix("v-")], tube)
        for name in form.fields
        if name.startswith("v-")
    }
    stage.wire.send(session, form.action, form.fields | values)


def verify(stage: Stage, due: Due) -> None:
    """Another one compares. Who entered has no such button."""
    tube = _tube(due)
    for n in (1, 0):
        session = stage.session("laboratory", n)
        try:
            form = _form(stage, session, tube, "/release")
        except Refused as refused:
            if refused.status != 404:
                raise
            continue
        stage.wire.send(session, form.action, form.fields)
        return
    raise Refused(0, "no second person")


def _tube(due: Due) -> Tube:
    if due.tube is None:
        raise Refused(0, "no tube")
    return due.tube


def _form(stage: Stage, session: str, tube: Tube, ending: str) -> Form:
    return stage.wire.form(session, f"{ROOM}/tubes/{tube.id}/", ending)


def _value(analyte: Analyte, tube: Tube) -> str:
    if analyte.scale:
        return lab_table().scales[analyte.scale].values[0]
    low, high = analyte.bounds
    if low is None or high is None:
        low, high = low or (high or Decimal(1)) / OTHER_END, high or (low or Decimal(1)) * OTHER_END
    found = habits.result(analyte.key, tube.id, float(low), float(high))
    return f"{found:.{analyte.places}f}"
