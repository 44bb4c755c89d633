"""Keeping what a training found, if it is good enough."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.prediction import permissions
from yilu.prediction.errors import OvertakenTraining
from yilu.prediction.events import ModelTrained
from yilu.prediction.models import TrainedModel
from yilu.prediction.selectors.stored import digest_of
from yilu.prediction.selectors.topics import figures_topic
from yilu.prediction.states import ModelState


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a training found. `compared_with` is the model in use that it was measured against."""

    bookings: int
    missed: int
    from_on: date | None = None
    tested_from: date | None = None
    until_on: date | None = None
    refusal: str = ""
    current_fails: bool = False
    compared_with: UUID | None = None
    figures: dict[str, float] = field(default_factory=dict)
    bins: list[dict[str, float]] = field(default_factory=list)
    replay: dict[str, Any] = field(default_factory=dict)
    artifact: bytes = b""
    forest: bytes = b""
    seconds: float = 0.0
    peak_mb: int = 0


@operation
def keep_training(*, actor: Actor, learnt: Learnt) -> UUID:
    """Write down what a training found; a model that is good enough takes the place of the old.

    One that no longer beats the plain average is taken out of use, whatever came of the new.

    Raises:
        NotAllowed.
        OvertakenTraining: another model is in use than the one it was compared with.
    """
    actor.require_anywhere(permissions.SEE)
    current = TrainedModel.objects.select_for_update().filter(state=ModelState.IN_USE).first()
    if (current.pk if current else None) != learnt.compared_with:
        raise OvertakenTraining
    newest = TrainedModel.objects.order_by("-number").values_list("number", flat=True).first()
    refused = bool(learnt.refusal)
    if current is not None and (not refused or learnt.current_fails):
        current.state, current.version = ModelState.REPLACED, current.version + 1
        current.save(update_fields=["state", "version"])
    row = TrainedModel(
        number=(newest or 0) + 1,
        state=ModelState.REFUSED if refused else ModelState.IN_USE,
        refusal=learnt.refusal,
        bookings=learnt.bookings,
        missed=learnt.missed,
        from_on=learnt.from_on,
        tested_from=learnt.tested_from,
        until_on=learnt.until_on,
        figures=learnt.figures,
        bins=learnt.bins,
        replay=learnt.replay,
        seconds=learnt.seconds,
        peak_mb=learnt.peak_mb,
        trained_at=clock.now(),
    )
    if not refused:
        row.artifact, row.forest = learnt.artifact, learnt.forest
        row.digest = digest_of(learnt.artifact, learnt.forest)
    with on_violation(
        prediction_model_one_in_use=OvertakenTraining,
        prediction_trainedmodel_number_key=OvertakenTraining,
    ):
        row.save(force_insert=True)
    audit.record(
        actor, "prediction.model.trained", row, state=row.state, refusal=row.refusal,
        bookings=row.bookings,
    )  # fmt: skip
    told = ModelTrained(model_id=row.pk, state=row.state, refusal=row.refusal)
    outbox.publish(told, actor=actor, site_id=None, subject=row, topics=[figures_topic()])
    return row.pk
