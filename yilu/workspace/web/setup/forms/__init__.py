"""The questions of the first start, one form a page. Each knows the answers before it."""

from yilu.workspace.web.setup.forms.clinic import ClinicForm, TradesForm
from yilu.workspace.web.setup.forms.hours import HoursForm
from yilu.workspace.web.setup.forms.places import PlacesForm
from yilu.workspace.web.setup.forms.services import ServicesForm
from yilu.workspace.web.setup.forms.staff import StaffForm

__all__ = ["ClinicForm", "HoursForm", "PlacesForm", "ServicesForm", "StaffForm", "TradesForm"]
