"""Whether a visit still waits for the laboratory: what other apps ask."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from yilu.diagnostics.models import LabOrder, LabReport, Specimen
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.rules.tubes import SLOW_MINUTES
from yilu.diagnostics.states import IN_LABORATORY, LAB_PENDING, LabState, ReportState


def waits_for_laboratory(visit_id: UUID) -> bool:
    """Whether something of a visit is to be collected or reported. One query."""
    return LabOrder.objects.filter(visit_id=visit_id, state__in=LAB_PENDING).exists()


def is_to_be_sampled(visit_id: UUID) -> bool:
    """Whether something of a visit is to be collected. One query."""
    return LabOrder.objects.filter(visit_id=visit_id, state=LabState.ORDERED).exists()


def charged_orders(visit_id: UUID) -> list[tuple[UUID, str]]:
    """The tests of a visit that are not cancelled, each with its code on the price list.

    One query.
    """
    known = lab_table().tests
    found = LabOrder.objects.filter(visit_id=visit_id).exclude(state=LabState.CANCELLED)
    ordered = found.order_by("ordered_at", "id").values_list("pk", "test")
    return [(order_id, known[test].price) for order_id, test in ordered if test in known]


def waits_here_for_results(visit_id: UUID) -> bool:
    """Whether a patient stays for reports: a tube is under way that is promised today.

    One query. For what takes a day nobody waits: they are told when it is ready.
    """
    tubes = Specimen.objects.filter(visit_id=visit_id, state__in=IN_LABORATORY)
    return tubes.filter(due_at__lt=F("collected_at") + timedelta(minutes=SLOW_MINUTES)).exists()


def unexplained_since(visit_id: UUID, since: datetime) -> bool:
    """Whether a report of a visit came after an instant that no doctor has explained. One query."""
    found = LabReport.objects.filter(visit_id=visit_id, state=ReportState.RELEASED)
    return found.filter(verified_at__gt=since, explained_at=None).exists()
