"""A laboratory with a visit, its doctor and two technicians; orders and tubes as far as wanted."""

from dataclasses import dataclass
from uuid import UUID

from yilu.clinical.tests.factories import Room, make_room
from yilu.diagnostics.models import LabOrder, LabReport, Specimen
from yilu.diagnostics.operations.lab_orders import LabWish, order_tests
from yilu.diagnostics.operations.results import Typed, enter_results, release_report
from yilu.diagnostics.operations.specimens import Taking, collect, receive
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.platform.actors import Actor
from yilu.workforce.tests.factories import make_staff

RIGHT = {"name": "林半夏", "born_on": "1986-05-04"}
# What is well within every range of a woman of forty.
GOOD = {
    "k": "4.2", "na": "140", "cl": "103", "ca": "2.3", "phos": "1.1", "mg": "0.9",
    "crp": "3.5", "urea": "4.5", "crea": "60", "ua": "260",
    "tsh": "2.1", "ft3": "4.5", "ft4": "15",
    "flu_a": "negative", "flu_b": "negative",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lab:
    """One visit, and who works in the laboratory."""

    room: Room
    first: Actor
    second: Actor

    @property
    def visit_id(self) -> UUID:
        return self.room.visit_id

    @property
    def doctor(self) -> Actor:
        return self.room.doctor


def make_lab(**about: object) -> Lab:
    room = make_room(**about)
    people = [
        make_staff("laboratory", site_id=room.site_id, name=name).actor()
        for name in ("吴检验", "郑检验")
    ]
    return Lab(room, *people)


def ordered(lab: Lab, *tests: str, **wish: object) -> list[UUID]:
    return order_tests(actor=lab.doctor, wish=LabWish(lab.visit_id, tests, **wish))


def answers(*tests: str, **given: str) -> dict[str, str]:
    """Every question before collection, answered so that all is well."""
    asked = lab_table().checks_for(tests)
    fine = {one.key: "no" if one.stops == "yes" or one.warns == "yes" else "yes" for one in asked}
    return fine | given


def taken(lab: Lab, *tests: str, **wish: object) -> list[UUID]:
    """Ordered and collected: the tubes."""
    orders = ordered(lab, *tests, **wish)
    taking = Taking(tuple(orders), RIGHT, answers(*tests))
    return collect(actor=lab.room.nurse, visit_id=lab.visit_id, taking=taking)


def arrived(lab: Lab, test: str, **wish: object) -> UUID:
    """A tube with one test that is in the laboratory."""
    [tube] = taken(lab, test, **wish)
    receive(actor=lab.first, specimen_id=tube)
    return tube


def results(test: str, **values: str) -> Typed:
    keys = lab_table().tests[test].analytes
    return Typed({key: values.get(key, GOOD.get(key, "")) for key in keys})


def entered(lab: Lab, test: str, **values: str) -> UUID:
    """A report that waits to be verified."""
    tube = arrived(lab, test)
    return enter_results(actor=lab.first, specimen_id=tube, typed=results(test, **values))


def reported(lab: Lab, test: str, **values: str) -> UUID:
    """A report that is in force."""
    report_id = entered(lab, test, **values)
    release_report(actor=lab.second, report_id=report_id)
    return report_id


def tube_of(report_id: UUID) -> UUID:
    return LabReport.objects.get(pk=report_id).specimen_id


def orders(lab: Lab) -> list[str]:
    found = LabOrder.objects.filter(visit_id=lab.visit_id).order_by("ordered_at", "test")
    return list(found.values_list("state", flat=True))


def tube(specimen_id: UUID) -> Specimen:
    return Specimen.objects.get(pk=specimen_id)
