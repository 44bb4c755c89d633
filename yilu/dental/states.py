"""In which sense something stands on a chart."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from yilu.dental.errors import ItemMoveRefused


class Layer(TextChoices):
    """Whether something was found, is planned, or was done here."""

    EXISTING = "existing", pgettext_lazy("tooth", "Existing")
    PLANNED = "planned", pgettext_lazy("tooth", "Planned")
    DONE = "done", pgettext_lazy("tooth", "Done")


class ImageKind(TextChoices):
    """How a picture of teeth was taken."""

    PERIAPICAL = "periapical", pgettext_lazy("dental image", "Periapical film")
    BITEWING = "bitewing", pgettext_lazy("dental image", "Bitewing")
    PANORAMIC = "panoramic", pgettext_lazy("dental image", "Panoramic film")
    CBCT = "cbct", pgettext_lazy("dental image", "Cone-beam CT slice")
    CEPHALOGRAM = "cephalogram", pgettext_lazy("dental image", "Cephalogram")
    INTRAORAL = "intraoral", pgettext_lazy("dental image", "Photograph in the mouth")
    FACE = "face", pgettext_lazy("dental image", "Photograph of the face")


class ItemState(TextChoices):
    """How far one item of a treatment plan is."""

    PLANNED = "planned", pgettext_lazy("plan item", "Planned")
    ACCEPTED = "accepted", pgettext_lazy("plan item", "Accepted")
    BOOKED = "booked", pgettext_lazy("plan item", "Booked")
    DONE = "done", pgettext_lazy("plan item", "Done")
    DROPPED = "dropped", pgettext_lazy("plan item", "Dropped")


I = ItemState  # noqa: E741 (the table below is read at a glance)

# In an emergency what is only planned may be done.
ITEM_MOVES: dict[ItemState, frozenset[ItemState]] = {
    I.PLANNED: frozenset({I.ACCEPTED, I.DONE, I.DROPPED}),
    I.ACCEPTED: frozenset({I.BOOKED, I.DONE, I.DROPPED}),
    I.BOOKED: frozenset({I.ACCEPTED, I.BOOKED, I.DONE, I.DROPPED}),
    I.DONE: frozenset({I.ACCEPTED}),  # Only when it was said by mistake.
    I.DROPPED: frozenset(),
}
STANDING = (I.PLANNED, I.ACCEPTED, I.BOOKED)


def check_item_move(current: str, target: ItemState) -> None:
    """Refuse any move that `ITEM_MOVES` does not list."""
    if target not in ITEM_MOVES[ItemState(current)]:
        raise ItemMoveRefused(state=ItemState(current).label)
