"""Teaching: gather, have another process learn, and have what it found kept."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.prediction.operations.training import Learnt, keep_training
from yilu.prediction.selectors.features import Known, as_places, decided_bookings
from yilu.prediction.selectors.policy import policy
from yilu.prediction.selectors.stored import stored_artifact
from yilu.prediction.states import Refusal

FEWEST, FEWEST_MISSED = 1000, 80
PATIENCE_SECONDS = 600
LEARNER = [sys.executable, "-m", "yilu.prediction.learner"]
ROOT = Path(__file__).parents[2]
# It gets numbers only: neither the way to the database nor any key of ours.
OURS = ("YILU_", "DATABASE_URL", "PG")


def train(actor: Actor, check: Callable[[], None] = lambda: None) -> UUID:
    """Train on the group's own past; gives back the record of it, whatever came of it.

    In no transaction while it learns. `check` may call it off in between.

    Raises: OvertakenTraining, when another training ended meanwhile.
    """
    found = decided_bookings(clock.now().astimezone(UTC).date())
    check()
    return keep_training(actor=actor, learnt=learn(found))


def learn(found: list[Known]) -> Learnt:
    """Learn from bookings in another process, or say why not. Three queries and two a site."""
    current_id, current = stored_artifact()
    missed = sum(one.was_missed for one in found)
    facts: dict[str, Any] = {"bookings": len(found), "missed": missed, "compared_with": current_id}
    if found:
        facts |= {"from_on": found[0].clinic_day, "until_on": found[-1].clinic_day}
    if len(found) < FEWEST:
        return Learnt(**facts, refusal=Refusal.TOO_FEW)
    if missed < FEWEST_MISSED:
        return Learnt(**facts, refusal=Refusal.TOO_FEW_MISSED)
    answer = ask_learner(found, current)
    if answer is None:
        return Learnt(**facts, refusal=Refusal.FAILED)
    facts |= {"tested_from": found[answer.pop("cut")].clinic_day}
    artifact = base64.b64decode(answer.pop("artifact"))
    forest = json.dumps(answer.pop("forest")).encode()
    return Learnt(**facts, **answer, artifact=artifact, forest=forest)


def ask_learner(found: list[Known], current: bytes) -> dict[str, Any] | None:
    """Have the learner, a process of its own with one thread, look at these; None if it fails."""
    bounds = policy()
    told = {
        "rows": [one.row for one in found],
        "missed": [int(one.was_missed) for one in found],
        "places": as_places(found),
        "current": base64.b64encode(current).decode(),
        "most_extra": bounds.most_extra,
        "promise": bounds.promise,
    }
    try:
        done = subprocess.run(  # noqa: S603 (our own program, named above)
            LEARNER,
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=True,
            cwd=ROOT,
            env=_environment(),
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return answer


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
