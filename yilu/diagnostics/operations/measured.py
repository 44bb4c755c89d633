"""Results that an analyser measured: entered like those of a person, and verified by one."""

import unicodedata
from collections.abc import Sequence
from uuid import UUID

from yilu.diagnostics import permissions
from yilu.diagnostics.errors import UnitDiffers
from yilu.diagnostics.models import Specimen
from yilu.diagnostics.operations.results import Typed, enter_results
from yilu.diagnostics.operations.specimens import receive
from yilu.diagnostics.rules.catalogue import Analyte, lab_table
from yilu.diagnostics.states import SpecimenState
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import FieldError, NotFound

Measured = tuple[Sequence[str], str, str]


@operation
def enter_measured(
    *, actor: Actor, site_id: UUID, numbers: Sequence[str], measured: Sequence[Measured], note: str
) -> UUID:
    """Enter what an analyser measured in a tube; it waits for a person to verify it.

    A tube that nobody received is received by it. What is measured is known by LOINC code, key or
    short name, in the unit of our catalogue and no other.

    Raises:
        NotFound: no tube at this site has one of these numbers.
        NotAllowed.
        LabMoved: the tube is reported, refused, or has results that wait.
        UnitDiffers: a value is in another unit than ours.
        ResultsWrong: a value cannot be, or none is of this tube.
    """
    actor.require(permissions.TEST, site_id)
    found = Specimen.objects.filter(site_id=site_id, number__in=list(numbers)[:8])
    row = found.order_by("-collected_at").first()
    if row is None:
        raise NotFound
    table = lab_table()
    keys = [key for one in row.orders.all() for key in table.tests[one.test].analytes]
    analytes = [table.analytes[key] for key in dict.fromkeys(keys)]
    typed = _typed(analytes, measured)
    if row.state == SpecimenState.COLLECTED:
        receive(actor=actor, specimen_id=row.pk)
    return enter_results(actor=actor, specimen_id=row.pk, typed=Typed(typed, note))


def _typed(analytes: Sequence[Analyte], measured: Sequence[Measured]) -> dict[str, str]:
    known: dict[str, Analyte] = {}
    for one in analytes:
        known |= {code.casefold(): one for code in (one.key, one.short, one.loinc) if code}
    found: dict[str, str] = {}
    for codes, value, unit in measured:
        hit = next((known[code.casefold()] for code in codes if code.casefold() in known), None)
        if hit is None:
            continue
        if unit and hit.unit and _plain(unit) != _plain(hit.unit):
            raise UnitDiffers(FieldError(f"v-{hit.key}", "unit", f"{unit} ≠ {hit.unit}"))
        found[hit.key] = _word(hit, value)
    return found


def _word(analyte: Analyte, value: str) -> str:
    """A result in words by its key; numbers as they are."""
    if analyte.is_number:
        return value
    words = lab_table().words
    scale = lab_table().scales[analyte.scale].values
    wanted = value.strip().casefold()
    for key in scale:
        said = {key.casefold(), *(str(one).casefold() for one in words[key].values())}
        if wanted in said:
            return key
    return value


def _plain(unit: str) -> str:
    text = unicodedata.normalize("NFKC", unit).casefold()
    return text.translate({ord("μ"): "u", ord("^"): None, ord("*"): None, ord(" "): None})
