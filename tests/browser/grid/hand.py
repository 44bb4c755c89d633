"""What a hand does on the grid, and where things lie on it."""

from datetime import datetime, timedelta
from uuid import UUID

from playwright.sync_api import Locator, Page

from yilu.platform import clock
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import Clinic

SLOT = 10


def tomorrow(hour: int, minute: int = 0) -> datetime:
    """A time of tomorrow on the wall of the site."""
    day = clock.now().astimezone(clock.now().tzinfo) + timedelta(hours=8)
    start = datetime(day.year, day.month, day.day, tzinfo=clock.now().tzinfo)
    return start + timedelta(days=1, hours=hour - 8, minutes=minute)


def lane(page: Page, clinic: Clinic, n: int) -> Locator:
    return page.locator(f"#lane-{clinic.doctor_resources[n]}")


def card(page: Page, booking_id: UUID) -> Locator:
    return page.locator(f"#card-{booking_id}")


def drag(page: Page, what: Locator, *, lanes: float = 0, steps: int = 0, low: bool = False) -> None:
    """Drag a card with the mouse: so many columns to the right, so many times five minutes down."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    width = page.locator(".yl-day .yl-lane").first.bounding_box()["width"]
    x, y = box["x"] + 30, box["y"] + (box["height"] - 2 if low else 12)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + lanes * width / 2, y + steps * SLOT / 2, steps=3)
    page.mouse.move(x + lanes * width, y + steps * SLOT, steps=3)
    page.mouse.up()


def place_of(booking_id: UUID) -> tuple[str, UUID, int]:
    found = Booking.objects.get(pk=booking_id)
    minutes = int((found.ends_at - found.starts_at).total_seconds() // 60)
    return f"{found.starts_at + timedelta(hours=8):%H:%M}", found.practitioner_id, minutes
