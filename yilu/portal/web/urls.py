"""The addresses of portal."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from yilu.portal.web import (
    arrive,
    booking,
    details,
    mine,
    offers,
    payer,
    paying,
    sign_in,
    visits,
)

app_name = "portal"
# What can be done about one booking or visit, by a link's holder and by an account alike.
DEEDS: dict[str, Callable[..., Any]] = {
    "confirm": visits.confirm,
    "cancel": visits.cancel,
    "late": visits.late,
    "move": visits.move,
    "sooner": visits.sooner,
    "arrive": visits.arrive,
    "calendar.ics": visits.calendar,
    "slip": visits.slip,
    "pay": paying.pay,
    "pay/ask": paying.ask,
    "pay/code.svg": paying.code,
    "pay/other": paying.other,
    "papers": paying.papers,
    "receipt.pdf": paying.receipt,
    "sheet": paying.sheet,
}
urlpatterns: list[URLPattern] = [
    path("book", booking.sites, name="book"),
    path("book/details", details.details, name="details"),
    path("book/done/<uuid:booking_id>", booking.booked, name="booked"),
    path("book/<slug:site_key>/", booking.services, name="services"),
    path("book/<slug:site_key>/<uuid:service_id>/", booking.doctors, name="doctors"),
    path("book/<slug:site_key>/<uuid:service_id>/times", booking.times, name="times"),
    path("arrive/<slug:site_key>", arrive.screen, name="arrive-screen"),
    path("my", mine.today, name="today"),
    path("my/sign-in", sign_in.sign_in, name="sign-in"),
    path("my/sign-out", mine.sign_out, name="sign-out"),
    path("my/bookings", mine.bookings, name="bookings"),
    path("my/bills", mine.bills, name="bills"),
    path("my/me", mine.me, name="me"),
    path("my/me/messages", mine.messages, name="messages"),
    path("my/me/link", mine.link, name="link"),
    path("my/me/family", mine.family, name="family"),
    path("my/visit/<uuid:subject_id>", visits.show, name="my-visit"),
    path("v/<str:reference>", visits.show, name="visit"),
    path("o/<str:reference>", offers.show, name="offer"),
    path("o/<str:reference>/take", offers.take, name="offer-take"),
    path("o/<str:reference>/leave", offers.leave, name="offer-leave"),
    path("p/<str:reference>", payer.show, name="payer"),
    path("p/<str:reference>/ask", payer.ask, name="payer-ask"),
    path("p/<str:reference>/code.svg", payer.code, name="payer-code"),
    *(path(f"my/visit/<uuid:subject_id>/{deed}", view) for deed, view in DEEDS.items()),
    *(path(f"v/<str:reference>/{deed}", view) for deed, view in DEEDS.items()),
]
