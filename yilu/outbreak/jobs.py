"""What outbreak mode takes back when asked to."""

from django.utils.translation import gettext_lazy as _

from yilu.outbreak.operations.cases import SENT, undo_send_case
from yilu.outbreak.operations.switching import OFF, ON, undo_switch_off, undo_switch_on
from yilu.platform import undo

undo.reverses(ON, undo_switch_on, _("Taken back: it is off, and stays in the list as a mistake."))
undo.reverses(OFF, undo_switch_off, _("Taken back: it goes on."))
undo.reverses(SENT, undo_send_case, _("Taken back: the report is still to be sent."))
