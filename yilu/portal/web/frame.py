"""What stands around the patient's own pages: the bar of five."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext

from yilu.platform.shell import MenuItem


def bar(request: HttpRequest) -> list[MenuItem]:
    """Today, book, bookings, bills, me; where the reader is, is marked."""
    places = [
        (reverse("portal:today"), "home", pgettext("patient", "Today")),
        (reverse("portal:book"), "calendar-plus", pgettext("patient", "Book")),
        (reverse("portal:bookings"), "calendar-event", pgettext("patient", "Bookings")),
        (reverse("portal:bills"), "receipt", pgettext("patient", "Bills")),
        (reverse("portal:me"), "user", pgettext("patient", "Me")),
    ]
    here, first = request.path, places[0][0]
    return [
        MenuItem(url, icon, label, current=here == url or (url != first and here.startswith(url)))
        for url, icon, label in places
    ]
