"""The one address that needs no sign-in: a calendar, for whoever holds its secret."""

from django.urls import URLPattern, path

from yilu.interop.web import feeds

urlpatterns: list[URLPattern] = [
    path("calendar/<str:reference>.ics", feeds.read, name="calendar-feed"),
]
