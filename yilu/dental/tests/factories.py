"""A dentist, a patient in the chair, and what was charted."""

from uuid import UUID

from yilu.clinical.selectors.context import setting
from yilu.clinical.tests.factories import Room, make_room
from yilu.clinical.web.sealed import context_of
from yilu.dental.operations.charting import Charted, chart_teeth
from yilu.platform.ids import new_id

__all__ = ["Room", "charted", "make_room", "sealed"]


def charted(
    room: Room, tooth: str, finding: str, surfaces: str = "", layer: str = "existing"
) -> UUID:
    """The doctor enters one finding."""
    said = [Charted(tooth, finding, surfaces, layer=layer)]
    return chart_teeth(actor=room.doctor, visit_id=room.visit_id, said=said)[0]


def sealed(room: Room, **fields: object) -> dict[str, object]:
    """The fields of a form made for this patient."""
    context = context_of(setting(room.doctor, room.visit_id))
    return {"context": context, "request_key": str(new_id()), **fields}
