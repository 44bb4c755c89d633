"""Acting as somebody of the demonstration's staff, so that what they did bears their name."""

from django.contrib.auth import get_user_model

from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.plan import ClinicPlan
from yilu.platform import actors
from yilu.platform.actors import Actor


def acting(clinic: BuiltClinic, plan: ClinicPlan, site: str, post: str) -> Actor:
    """The first who holds a post at a site, with the rights of today. Two queries.

    Raises: LookupError, when nobody does.
    """
    for person in plan.staff:
        if person.post == post and site in person.sites:
            user = get_user_model().objects.get(pk=clinic.users[person.staff_no])
            return actors.load(user)
    raise LookupError(f"nobody is {post} at {site}")


def practising(clinic: BuiltClinic, plan: ClinicPlan, site: str, department: str) -> Actor | None:
    """The first practitioner of a department of a site, with the rights of today. Two queries."""
    for person in plan.practitioners:
        if person.site == site and person.department == department:
            return actors.load(get_user_model().objects.get(pk=clinic.users[person.staff_no]))
    return None
