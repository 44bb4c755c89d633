"""The addresses of interop for staff."""

from django.urls import URLPattern, path, register_converter

from yilu.interop.web import devices, feeds, partners
from yilu.platform.converters import IsoDate

register_converter(IsoDate, "reconciled_day")

app_name = "interop"
urlpatterns: list[URLPattern] = [
    path("partners/", partners.index, name="partners"),
    path("partners/new", partners.add, name="new"),
    path("partners/<uuid:partner_id>/", partners.partner, name="partner"),
    path("partners/<uuid:partner_id>/change", partners.change, name="change"),
    path("partners/<uuid:partner_id>/stop", partners.stop, name="stop"),
    path("partners/<uuid:partner_id>/resume", partners.resume, name="resume"),
    path("partners/<uuid:partner_id>/keys", partners.new_key, name="new-key"),
    path("partners/<uuid:partner_id>/keys/rotate", partners.rotated, name="rotate"),
    path(
        "partners/<uuid:partner_id>/keys/<uuid:key_id>/withdraw",
        partners.withdraw,
        name="withdraw-key",
    ),
    path("partners/<uuid:partner_id>/notices/<uuid:notice_id>/again", partners.again, name="again"),
    path(
        "partners/<uuid:partner_id>/lists/<reconciled_day:day>.csv", partners.day_list, name="list"
    ),
    path("devices/", devices.index, name="devices"),
    path("devices/add", devices.add, name="device-add"),
    path("devices/<uuid:device_id>/switch", devices.switch, name="device-switch"),
    path("devices/heard/<uuid:heard_id>/place", devices.place, name="heard-place"),
    path("devices/heard/<uuid:heard_id>/aside", devices.aside, name="heard-aside"),
    path("feeds/", feeds.index, name="feeds"),
    path("feeds/make", feeds.make, name="make-feed"),
    path("feeds/<uuid:feed_id>/withdraw", feeds.withdraw, name="withdraw-feed"),
]
