"""What is asked of who comes for looks, on the page that the doctor has for it."""

from uuid import UUID

from yilu.demo.players import habits
from yilu.demo.players.stage import Stage

DEPARTMENT = "aesthetics"
AREAS = (["cheek_r", "cheek_l"], ["forehead"], ["nose", "cheek_r", "cheek_l"])


def consult(stage: Stage, session: str, visit_id: UUID, wish: str) -> None:
    """Write the consultation: a wish, where, and no to every question."""
    form = stage.wire.form(session, f"/aesthetics/visit/{visit_id}/", "/consultation/write")
    dice = habits.chance("looks", visit_id)
    said = {"wish": wish, "areas": dice.choice(AREAS), "kinds": "ipl"}
    said |= {"skin_type": dice.choice("234")}
    stage.wire.send(session, form.action, form.fields | form.denied() | said)
