"""Who waits in a queue, drawn without a template for each of hundreds: `{% load queue_rows %}`."""

from collections.abc import Iterable
from uuid import UUID

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yilu.platform.drawing import NOTHING, address, deeds, drawn, flags, more, timer
from yilu.platform.looks import state_class
from yilu.queueing.selectors.boards import TicketRow

register = template.Library()

ROW = """
<div class="yl-row yl-wait has-edge {0}" data-row id="ticket-{1}"><span class="yl-no" translate="no">{2}</span>
<div class="yl-cut"><div class="yl-line1"><span class="yl-name" translate="no">{3}</span>{4}</div><div class="yl-line2 is-whole">{5}</div></div>
{6}
{7}
{8}</div>
"""  # noqa: E501 (a line of the page is a line here)
NO_DEED = SafeString("<span></span>")
ASK = '<button type="button" class="dropdown-item" hx-get="{}" hx-target="#dialog">{}</button>'


@register.simple_tag(takes_context=True)
def waiting_rows(context: Context, rows: Iterable[TicketRow]) -> SafeString:
    """The rows of those who wait. Takes from the page: station, may_call, may_move."""
    draw = _Drawing(context)
    return SafeString("".join(map(draw.row, rows)))


class _Drawing:
    """What all rows of a page share, made once."""

    def __init__(self, context: Context) -> None:
        token = str(context.get("csrf_token") or "")
        station = context.get("station")
        self.station_id: UUID | None = station.id if station else None
        self.may_call, self.may_move = context.get("may_call"), context.get("may_move")
        self.look = state_class("waiting")
        self.call = deeds(_("Call"), token, {})
        self.leave = deeds(_("Has left"), token, {"kind": "item"})
        self.out_of_turn, self.move = _("Call out of turn …"), _("Move …")
        self.print = _("Print ticket")

    def row(self, row: TicketRow) -> SafeString:
        patient = row.patient
        return drawn(
            ROW,
            self.look,
            row.id,
            row.number,
            patient.name if patient else "",
            flags(patient.special_needs) if patient else NOTHING,
            row.why,
            timer(row.since, row.promise_minutes, row.predicted),
            self._first_deed(row),
            more(row.id, self._other_deeds(row)) if self.may_call or self.may_move else NOTHING,
        )

    def _first_deed(self, row: TicketRow) -> SafeString:
        if not self.may_call or self.station_id is None or row.ahead != 0:
            return NO_DEED
        return self.call(address("queueing:call", row.id, self.station_id), row.version)

    def _other_deeds(self, row: TicketRow) -> SafeString:
        found = []
        if self.may_call and self.station_id and row.ahead:
            where = address("queueing:call-out-of-turn", row.id, self.station_id)
            found.append(drawn(ASK, where, self.out_of_turn))
        if self.may_move:
            found.append(drawn(ASK, address("queueing:move", row.id), self.move))
        found.append(self.leave(address("queueing:deed", row.id, "leave"), row.version))
        slip = address("queueing:slip", row.id)
        found.append(drawn('<a class="dropdown-item" href="{}">{}</a>', slip, self.print))
        return SafeString("".join(found))
