"""The telephone: somebody rings, the desk picks up, asks who it is, and writes down what it was."""

from uuid import UUID

from yilu.demo.players import habits
from yilu.demo.players.deciding import Due
from yilu.demo.players.stage import Stage
from yilu.demo.sandbox.accounts import telephone_key
from yilu.demo.sandbox.telephone import PATH, signed
from yilu.demo.selectors.sight import somebody_coming
from yilu.patients.selectors.patients import contact_of
from yilu.platform import clock
from yilu.platform.phones import shown_phone

SOONEST_OF = 150
SAID = (
    ("question", "问门诊时间和停车"),
    ("question", "确认预约时间，已复述"),
    ("book", "问初诊要带什么，回头在网上预约"),
    ("result", "问化验结果，已告知在手机上查看"),
    ("change", "想改时间，看过可约时段后再定"),
    ("other", "问发票怎么开"),
)


def ring(stage: Stage, subject: str) -> None:
    """Somebody who is expected calls; the site's telephone system tells of it, signed."""
    key = telephone_key(stage.place.key)
    skip = habits.chance("rings", subject).randrange(SOONEST_OF)
    patient_id = somebody_coming(stage.place.id, skip=skip)
    contact = contact_of(patient_id) if patient_id else None
    if key is None or contact is None:
        return
    number = shown_phone(contact.phone)
    said = {"event": "ringing", "call": subject, "from_number": number}
    created = int(clock.machine_now().timestamp())
    body, headers = signed(key.name, key.secret, said, created)
    stage.wire.signed("POST", PATH, headers, body)


def pick_up(stage: Stage, due: Due) -> None:
    """The desk picks up and asks who it is, by two facts."""
    session, page = stage.session("front_desk"), f"/reception/calls/{due.subject}"
    stage.wire.send(session, f"{page}/take", {})
    _identify(stage, session, due.subject)


def hang_up(stage: Stage, due: Due) -> None:
    """The call ends with what it was about; by who has taken it."""
    user = due.errand.of_id if due.errand else None
    if user is not None and user not in stage.crew.holders("front_desk", stage.place.id):
        return  # Whose it is, ends it.
    session = stage.crew.session(user) if user else stage.session("front_desk")
    need, note = habits.chance("need", due.subject).choice(SAID)
    said = {"need": need, "note": note, "read_back": "on"}
    stage.wire.send(session, f"/reception/calls/{due.subject}/end", said)


def call_back(stage: Stage, due: Due) -> None:
    """The desk returns a call that it owes."""
    path = f"/reception/call-backs/{due.subject}/call"
    stage.wire.send(stage.session("front_desk"), path, {})


def call_in_vain(stage: Stage, due: Due) -> None:
    """Nobody answers when called back."""
    version = str(due.errand.version) if due.errand else ""
    path = f"/reception/call-backs/{due.subject}/no-answer"
    stage.wire.send(stage.session("front_desk"), path, {"version": version})


def _identify(stage: Stage, session: str, call_id: UUID) -> None:
    """Of those who share the number, the first it is; nobody, where nobody is known by it."""
    form = stage.wire.form(session, f"/reception/calls/{call_id}/", "/identify")
    people = form.all_of("patient")
    if people:
        said = {"patient": people[0], "identifiers": ["name", "born"]}
        stage.wire.send(session, form.action, form.fields | said)
