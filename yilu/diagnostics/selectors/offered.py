"""Which examinations a site offers, and what each is."""

from dataclasses import dataclass
from uuid import UUID

from yilu.catalogue.selectors.services import ServiceInfo, services
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.states import ExamKind, Flag
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class Offered:
    """An examination that can be asked for."""

    id: UUID
    name: Localized
    kind: str
    flags: tuple[str, ...]
    parts: tuple[str, ...]
    service: ServiceInfo

    @property
    def kind_label(self) -> str:
        return str(ExamKind(self.kind).label)

    @property
    def flag_labels(self) -> list[str]:
        return flag_labels(self.flags)


def offered_exams(site_id: UUID) -> list[Offered]:
    """The services of a site that are examinations. Two queries."""
    known = table().profiles
    return [
        Offered(
            one.id, one.name, known[one.key].kind, known[one.key].flags, known[one.key].parts, one
        )
        for one in services(site_id)
        if one.key in known
    ]


def flag_labels(flags: tuple[str, ...] | list[str]) -> list[str]:
    """Flags in the reader's words, in the order of the table. No query."""
    return [str(one.label) for one in Flag if one.value in flags]
