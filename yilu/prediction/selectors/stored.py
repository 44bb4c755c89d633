"""The model in use, read back with care."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from yilu.platform import clock
from yilu.prediction.errors import ModelUnreadable
from yilu.prediction.models import TrainedModel
from yilu.prediction.rules.forest import Forest, read_forest
from yilu.prediction.states import ModelState

STALE_AFTER = timedelta(days=30)
"""A model that no night has renewed or confirmed for so long predicts no more."""


@dataclass(frozen=True, slots=True)
class InUse:
    """The model in use, ready to be asked."""

    id: UUID
    base: float
    forest: Forest


def digest_of(artifact: bytes, forest: bytes) -> str:
    """The mark by which a damaged model is known."""
    return sha256(artifact + b"\0" + forest).hexdigest()


def model_in_use() -> InUse | None:
    """The model in use; None when there is none, or its last proof is too long ago. Two queries.

    One more when it was not asked for before. Raises: ModelUnreadable, when what is stored is not
    what was written.
    """
    found = TrainedModel.objects.filter(state=ModelState.IN_USE).values_list(
        "id", "digest", "figures"
    )
    held = found.first()
    if held is None or clock.now() - _proved_at() > STALE_AFTER:
        return None
    return InUse(held[0], held[2]["base"], _forest(held[0], held[1]))


def usable_model() -> InUse | None:
    """The model in use, unless there is none, it is stale, or what is stored is damaged.

    Two queries, three when it was not asked for before.
    """
    try:
        return model_in_use()
    except ModelUnreadable:
        return None


def stored_artifact() -> tuple[UUID | None, bytes]:
    """The model in use as its library wrote it; empty when there is none. One query.

    A damaged one is not given out: it counts as none, so that the next training replaces it.
    """
    held = TrainedModel.objects.filter(state=ModelState.IN_USE).first()
    if held is None:
        return None, b""
    artifact, forest = bytes(held.artifact), bytes(held.forest)
    return held.pk, artifact if digest_of(artifact, forest) == held.digest else b""


def _proved_at() -> datetime:
    """When a training last ended with this model in use."""
    newest = TrainedModel.objects.exclude(refusal="failed").order_by("-number")
    proved: datetime = newest.values_list("trained_at", flat=True)[0]
    return proved


@lru_cache(maxsize=2)
def _forest(model_id: UUID, digest: str) -> Forest:
    held = TrainedModel.objects.get(pk=model_id)
    forest = bytes(held.forest)
    if digest_of(bytes(held.artifact), forest) != digest:
        raise ModelUnreadable
    try:
        return read_forest(json.loads(forest))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelUnreadable from error
