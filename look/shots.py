"""What one picture is of."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

Deed = Callable[[Page], None]
PHONE, WALL, KIOSK = ("phone",), ("wall",), ("kiosk",)
BOTH = ("desktop", "phone")


@dataclass(frozen=True, slots=True)
class Shot:
    """One page, as `role` (the key of a post, a `patient_…`, or "" for anybody) sees it.

    `deed` does something there first; before it, `guest` (the point of the day of a patient) says
    at a kiosk who they are. `whole` takes the page to its end instead of one window of it. `{site}`
    and `{subject}` in the path stand for the site and the patient's own visit; for staff it is the
    visit of `about`, the point of the day of a patient.
    """

    name: str
    path: str
    role: str = ""
    languages: tuple[str, ...] = ("zh", "en")
    sizes: tuple[str, ...] = ("desktop",)
    deed: Deed | None = None
    guest: str = ""
    about: str = ""
    whole: bool = False
