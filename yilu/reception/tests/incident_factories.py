"""Incidents for tests, opened as people open them."""

from yilu.platform.actors import Actor
from yilu.reception.operations.incidents import OpenedIncident, Report, open_incident
from yilu.scheduling.tests.factories import Clinic, at


def ill(desk: Actor, clinic: Clinic, **facts: object) -> OpenedIncident:
    """Somebody falls ill, or what `facts` say."""
    report = Report(**{"site_id": clinic.site_id, "kind": "illness"} | facts)
    return open_incident(actor=desk, report=report)


def fault(desk: Actor, clinic: Clinic, **facts: object) -> OpenedIncident:
    """The first room of the clinic fails until the evening."""
    usual = {
        "kind": "equipment", "resource_id": clinic.room_resources[0], "until": at(18),
        "what": "电动椅不能升降",
    }  # fmt: skip
    return ill(desk, clinic, **usual | facts)
