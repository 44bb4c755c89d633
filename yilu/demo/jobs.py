"""Loading the demonstration as long work: watched, and called off without a trace."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yilu.demo.operations.demonstration import LOAD, SEED, load_demonstration
from yilu.platform import jobs


@jobs.kind(LOAD, says=_("Load the made-up clinic with its year"))
def load(running: jobs.Running) -> dict[str, Any]:
    """Build the clinic and write its year; called off, nothing of it stays."""
    at = running.arguments.get("at")
    loaded = load_demonstration(
        actor=running.actor,
        seed=int(running.arguments.get("seed", SEED)),
        now=datetime.fromisoformat(at) if at else None,
        progress=running.progress,
    )
    return {"visits": loaded.visits, "clinic_now": loaded.clinic_now.isoformat()}
