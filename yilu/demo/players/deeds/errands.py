"""What the desks do between patients: explain a wait, tell how it goes, look after who is worse."""

from yilu.demo.players import habits
from yilu.demo.players.deciding import Due
from yilu.demo.players.stage import Stage
from yilu.queueing.states import WaitReason

REASONS = {
    WaitReason.BEFORE: 6,
    WaitReason.DOCTOR_LATE: 2,
    WaitReason.TOO_MANY: 2,
    WaitReason.RESULTS: 1,
}
OFFERS = 0.4
FOUND = {
    "2": "面色苍白、出冷汗，血压偏低，请医生立即查看",
    "3": "疼痛较前加重，生命体征平稳，提前就诊",
    "4": "复测生命体征平稳，继续候诊并留意",
}
LEVELS = {"2": 0.1, "3": 0.5, "4": 0.4}


def explain(stage: Stage, due: Due) -> None:
    """Somebody goes to who waits too long, says why, and perhaps offers something."""
    session, dice = stage.session("front_desk"), habits.chance("why", due.subject)
    path = f"/queueing/long-waits/{due.subject}/explain"
    form = stage.wire.form(session, path, "/explain")
    reason = dice.choices(list(REASONS), list(REASONS.values()))[0]
    said = {"reason": str(reason), "note": ""}
    offered = [one for one in form.choices.get("amends", []) if one]
    if offered and dice.random() < OFFERS:
        said |= {"amends": dice.choice(offered), "was_taken": "on"}
    stage.wire.send(session, path, form.fields | said)


def tell(stage: Stage, due: Due) -> None:
    """Somebody tells a patient, whom no message reaches, how it goes."""
    version = str(due.errand.version) if due.errand else ""
    path = f"/queueing/notices/{due.subject}/told"
    stage.wire.send(stage.session("front_desk"), path, {"version": version})


def say_worse(stage: Stage, due: Due) -> None:
    """Somebody who waits says at the desk that they feel worse; the nurse is called."""
    stage.wire.send(stage.session("front_desk"), f"/intake/visits/{due.visit_id}/worse", {})


def look_after(stage: Stage, due: Due) -> None:
    """The nurse has looked: the level from now on, and what she found."""
    session = stage.session("nurse")
    path = f"/intake/worse/call/{due.subject}"
    form = stage.wire.form(session, path, str(due.subject))
    dice = habits.chance("level", due.subject)
    level = dice.choices(list(LEVELS), list(LEVELS.values()))[0]
    stage.wire.send(session, path, form.fields | {"level": level, "reason": FOUND[level]})
