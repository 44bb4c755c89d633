"""Reports of the demonstration's past: laboratory values over a year, and scans with images."""

from uuid import UUID

from yilu.catalogue.selectors.services import all_services
from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.plan import ClinicPlan
from yilu.demo.players import habits
from yilu.demo.selectors.known import coming_again
from yilu.diagnostics import permissions
from yilu.diagnostics.demo import Hands, PastSeen, write_studies, write_tubes
from yilu.diagnostics.operations.images import Came, take_image
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation

SITE, DEPARTMENT = "south", "general"
PEOPLE, VISITS, SCANS = 24, 5, 8
TESTS = ("lipid", "renal")
SCAN = "ultrasound_abdomen"
# What is measured of people who come again and again: usual, and how far from it.
USUAL = {
    "tc": (5.1, 0.6), "tg": (1.7, 0.4), "hdl": (1.2, 0.15), "ldl": (3.2, 0.5),
    "urea": (5.4, 0.8), "crea": (74, 9), "ua": (365, 45),
}  # fmt: skip
SCANNED = (
    (
        "右上腹隐痛两周",
        "肝脏大小正常，实质回声细密增强。胆囊腔内见一枚 6 mm 强回声伴声影。胰、脾、双肾未见异常。",
        "脂肪肝（轻度）；胆囊结石。",
    ),
    (
        "体检复查",
        "肝、胆、胰、脾、双肾大小形态正常，实质回声均匀，未见占位。",
        "上腹部脏器未见明显异常。",
    ),
)


@operation
def tell_reports(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> int:
    """Have what was measured of patients who come again, and some of them scanned; the reports."""
    site_id = clinic.sites[SITE].id
    doctors = [
        clinic.practitioners[one.staff_no]
        for one in plan.practitioners
        if (one.site, one.department) == (SITE, DEPARTMENT)
    ]
    found = coming_again(site_id, doctors, clock.now(), people=PEOPLE, visits=VISITS)
    nurse = _hands(clinic, plan, "nurse")[0]
    first, second = _hands(clinic, plan, "laboratory")
    tubes = [(seen, TESTS, _values(seen)) for many in found for seen in many]
    told = write_tubes(tubes, Hands(nurse, first, second))
    first, second = _hands(clinic, plan, "imaging")
    service_id = next(one.id for one in all_services() if one.key == SCAN)
    scans = [
        (many[0], service_id, *SCANNED[n % len(SCANNED)]) for n, many in enumerate(found[:SCANS])
    ]
    studies = write_studies(scans, SCAN, Hands(first, first, second))
    _send_images(actor, site_id, studies)
    return told + len(studies)


def _hands(clinic: BuiltClinic, plan: ClinicPlan, post: str) -> list[UUID]:
    here = [one for one in plan.staff if one.post == post and SITE in one.sites]
    return [clinic.users[one.staff_no] for one in here]


def _values(seen: PastSeen) -> dict[str, str]:
    """What is measured: each person has a level of their own, and moves a little around it."""
    known, values = lab_table().analytes, {}
    for key, (usual, spread) in USUAL.items():
        own = habits.chance(f"level:{key}", seen.patient_id).gauss(usual, spread)
        drawn = habits.chance(f"value:{key}", seen.visit_id).gauss(own, spread / 3)
        values[key] = f"{max(drawn, usual / 3):.{known[key].places}f}"
    return values


def _send_images(actor: Actor, site_id: UUID, studies: list[UUID]) -> None:
    """Each scan with two images, as the scanner would send them."""
    # Only here: it brings numpy, which every process that knows this operation would hold.
    from yilu.demo.phantom import scan  # noqa: PLC0415

    able = actor.lent(permissions.SEE, permissions.EXAMINE, "patients.see", "clinical.see")
    for study_id in studies:
        for n in (1, 2):
            # Named after the study, so that the same seed gives the same images.
            study_uid, sop_uid = f"2.25.{study_id.int}", f"2.25.{study_id.int + n}"
            content = scan(study_uid, sop_uid, n)
            came = Came(
                content, sop_uid, f"{study_uid}.1"[:64], study_uid=study_uid, modality="US",
                title="上腹部", series_number=1, number=n, source="US1",
            )  # fmt: skip
            take_image(actor=able, site_id=site_id, came=came)
