"""Addresses that belong to no part of the clinic."""

from django.urls import path

from yilu.platform.web import choices, design

app_name = "platform"
urlpatterns = [
    path("language", choices.language, name="language"),
    path("display", choices.display, name="display"),
    path("design", design.showroom, name="design"),
    path("design/live", design.live_part, name="design-live"),
    path("design/try/<str:what>", design.attempt, name="design-try"),
]
