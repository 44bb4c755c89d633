"""Customer care: asking on the telephone how somebody is after their visit."""

from yilu.demo.players import habits
from yilu.demo.players.deciding import Due
from yilu.demo.players.stage import Stage

NOTES = {
    "well": "已无不适",
    "better": "较就诊时好转，继续观察",
    "same": "暂无明显变化，嘱按时用药",
}
STARS = {"well": "5", "better": "5", "same": "4"}


def ask(stage: Stage, due: Due) -> None:
    """Somebody answers, and says how they are."""
    session = stage.session("care")
    path = f"/aftercare/calls/{due.subject}"
    form = stage.wire.form(session, path, str(due.subject))
    recovery = habits.how_they_are(due.subject)
    said = {"recovery": recovery, "satisfaction": STARS[recovery], "note": NOTES[recovery]}
    stage.wire.send(session, path, form.fields | said)


def no_answer(stage: Stage, due: Due) -> None:
    """Nobody answers."""
    session = stage.session("care")
    path = f"/aftercare/calls/{due.subject}"
    form = stage.wire.form(session, path, str(due.subject))
    stage.wire.send(session, f"{path}/no-answer", {"version": form.fields["version"]})
