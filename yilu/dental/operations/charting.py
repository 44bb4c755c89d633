"""Everything that changes a tooth chart: entries are written once, and withdrawn with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.catalogue.selectors.services import service_infos
from yilu.clinical.selectors.context import Setting, setting
from yilu.dental import permissions
from yilu.dental.errors import NotCharted, NotUnderstood, ToothChanged, WhyMissing, WithdrawnAlready
from yilu.dental.events import TeethCharted
from yilu.dental.items import require_emergency
from yilu.dental.models import Chart, PlanItem, ToothEntry
from yilu.dental.rules import shorthand
from yilu.dental.rules.findings import FINDINGS, GONE
from yilu.dental.rules.mouth import ToothState, mouth
from yilu.dental.rules.notation import DENTITIONS, TEETH, surfaces_as_written, surfaces_of
from yilu.dental.rules.plans import EFFECTS
from yilu.dental.selectors.chart import seen_count
from yilu.dental.selectors.context import teeth_topics
from yilu.dental.states import ItemState, Layer
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.decoder import is_readable
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.inserts import insert_all, insert_once

MOST_AT_ONCE = 32
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Charted:
    """One thing to be said of one tooth."""

    tooth: str
    finding: str
    surfaces: str = ""
    detail: str = ""
    layer: str = Layer.EXISTING
    note: str = ""


@operation
def chart_teeth(
    *, actor: Actor, visit_id: UUID, said: Sequence[Charted], seen: int | None = None
) -> list[UUID]:
    """Enter findings on teeth, all or none. `seen` is the count that the chart had for its writer.

    Raises:
        NotCharted: a tooth, surface, finding or detail that does not go together.
        ToothChanged: somebody else charted one of these teeth meanwhile.
        NotAccepted, PlanOpen: done is what the patient has yet to accept in a plan.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.WRITE)
    meant = [_checked(one) for one in said]
    if not meant or len(meant) > MOST_AT_ONCE:
        raise NotCharted
    _hold(where.patient_id)
    known = list(ToothEntry.objects.filter(patient_id=where.patient_id).order_by("n", "id"))
    _refuse_unseen({one.tooth for one in meant}, known, seen)
    _refuse_on_gaps(meant, mouth([one for one in known if one.withdrawn_at is None]))
    _refuse_unaccepted(actor, where, [one for one in meant if one.layer == Layer.DONE])
    last, now = seen_count(where.patient_id), clock.now()
    rows = [
        ToothEntry(
            n=last + place,
            visit_id=visit_id,
            patient_id=where.patient_id,
            site_id=where.site_id,
            clinic_day=where.day,
            recorded_at=now,
            recorded_by_id=actor.user_id,
            tooth=one.tooth,
            surfaces=one.surfaces,
            finding=one.finding,
            detail=one.detail,
            layer=one.layer,
            note=one.note,
        )
        for place, one in enumerate(meant, start=1)
    ]
    insert_all(rows)
    _tell(actor, where, rows, "charted")
    return [row.pk for row in rows]


def chart_shorthand(
    *, actor: Actor, visit_id: UUID, text: str, layer: str = "", seen: int | None = None
) -> list[UUID]:
    """Enter what was typed or dictated, such as “16 MO caries; 36 missing”.

    Raises:
        NotUnderstood: with the words from which on it was not understood.
        NotCharted, ToothChanged: as `chart_teeth`.
    """
    said = [
        Charted(tooth, one.finding, one.about(tooth), one.detail, one.layer or layer or "existing")
        for one in _understood(text)
        for tooth in one.teeth
    ]
    return chart_teeth(actor=actor, visit_id=visit_id, said=said, seen=seen)


@operation
def withdraw_entry(
    *, actor: Actor, entry_id: UUID, reason: str, version: int | None = None
) -> None:
    """Take an entry off the chart of every day. With its reason it stays readable.

    Raises: NotFound, NotAllowed, WhyMissing, Stale, WithdrawnAlready.
    """
    found = ToothEntry.objects.filter(pk=entry_id).values_list("visit_id", "patient_id").first()
    if found is None:
        raise NotFound
    where = setting(actor, found[0], permissions.SEE, permissions.WRITE)
    words = reason.strip()[:200]
    if not words or not is_readable(words):
        raise WhyMissing(FieldError("reason", "required", str(WhyMissing.message)))
    _hold(where.patient_id)
    row = ToothEntry.objects.select_for_update().get(pk=entry_id)
    if row.withdrawn_at is not None:
        raise WithdrawnAlready
    check_version(row, version)
    row.withdrawn_at, row.withdrawn_by_id = clock.now(), actor.user_id
    row.withdrawn_reason = words
    row.withdrawn_n = seen_count(where.patient_id) + 1
    row.version += 1
    row.save(
        update_fields=[
            "withdrawn_at", "withdrawn_by", "withdrawn_reason", "withdrawn_n", "version"
        ]
    )  # fmt: skip
    _tell(actor, where, [row], "withdrawn")


@operation
def choose_dentition(*, actor: Actor, visit_id: UUID, dentition: str) -> None:
    """Say which teeth a patient's chart shows; empty for those of their age.

    Raises: NotCharted.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.WRITE)
    if dentition and dentition not in DENTITIONS:
        raise NotCharted
    row = _hold(where.patient_id)
    if row.dentition != dentition:
        row.dentition = dentition
        row.version += 1
        row.save(update_fields=["dentition", "version"])
        audit.record(
            actor, "dental.dentition.chosen", row,
            site_id=where.site_id, patient_id=where.patient_id, dentition=dentition,
        )  # fmt: skip


def _hold(patient_id: UUID) -> Chart:
    """The patient's chart, locked: entries about one mouth come one after the other."""
    insert_once(Chart(patient_id=patient_id))
    return Chart.objects.select_for_update().get(patient_id=patient_id)


def _understood(text: str) -> list[shorthand.Said]:
    found = shorthand.read(text)
    for one in found:
        if one.rest:
            raise NotUnderstood(rest=one.rest[:40])
        if not one.teeth or not one.finding:
            raise NotUnderstood(rest=text[:40])
    if not found:
        raise NotUnderstood(rest=text[:40])
    return found


def _checked(one: Charted) -> Charted:
    """The same in its one form. Raises: NotCharted."""
    finding = FINDINGS.get(one.finding)
    note = one.note.strip()[:LONGEST_NOTE]
    if finding is None or one.tooth not in TEETH or one.layer not in Layer.values:
        raise NotCharted
    if one.detail and one.detail not in (finding.details or {}):
        raise _wrong("detail", _("This detail does not go with this finding."))
    surfaces = surfaces_as_written(one.tooth, one.surfaces)
    if finding.is_of_surface:
        if not surfaces or not set(surfaces) <= set(surfaces_of(one.tooth)):
            raise _wrong("surfaces", _("Choose the surfaces of tooth %(no)s.") % {"no": one.tooth})
    else:
        surfaces = ""
    if not is_readable(note):
        raise NotCharted
    return Charted(one.tooth, one.finding, surfaces, one.detail, one.layer, note)


def _wrong(field: str, words: str) -> NotCharted:
    return NotCharted(FieldError(field, "not_charted", words))


def _refuse_unseen(teeth: set[str], known: list[ToothEntry], seen: int | None) -> None:
    if seen is None:
        return
    for one in known:
        if one.tooth in teeth and max(one.n, one.withdrawn_n or 0) > seen:
            raise ToothChanged(tooth=one.tooth)


def _refuse_on_gaps(meant: list[Charted], states: dict[str, ToothState]) -> None:
    """A surface of a tooth that is not there holds nothing; the tooth must come back first."""
    gone = {tooth for tooth, state in states.items() if state.presence in GONE}
    for one in meant:
        if one.tooth in gone and FINDINGS[one.finding].is_of_surface:
            words = _("Tooth %(no)s is not there. Withdraw that first if it is wrong.")
            raise _wrong("tooth", words % {"no": one.tooth})


def _refuse_unaccepted(actor: Actor, where: Setting, done: list[Charted]) -> None:
    """What was put before the patient is not charted as done before they have accepted it."""
    if not done:
        return
    waiting = PlanItem.objects.filter(
        patient_id=where.patient_id, state=ItemState.PLANNED, plan__isnull=False,
        tooth__in={one.tooth for one in done},
    )  # fmt: skip
    items = list(waiting.order_by("pk"))
    known = service_infos(one.service_id for one in items)
    for item in items:
        effect = EFFECTS.get(known[item.service_id].key)
        for one in done:
            same = effect is not None and (one.tooth, one.finding) == (item.tooth, effect.finding)
            if same and (one.surfaces == item.surfaces or set(one.surfaces) & set(item.surfaces)):
                require_emergency(actor, item)


def _tell(actor: Actor, where: Setting, rows: Sequence[ToothEntry], what: str) -> None:
    for row in rows:
        audit.record(
            actor, f"dental.tooth.{what}", row,
            site_id=row.site_id, patient_id=row.patient_id,
            tooth=row.tooth, surfaces=row.surfaces, finding=row.finding, layer=row.layer,
            reason=row.withdrawn_reason,
        )  # fmt: skip
    teeth = ",".join(dict.fromkeys(row.tooth for row in rows))
    outbox.publish(
        TeethCharted(where.visit_id, where.patient_id, teeth), actor=actor, site_id=where.site_id,
        subject=rows[0], topics=teeth_topics(where.patient_id, where.visit_id),
    )  # fmt: skip
