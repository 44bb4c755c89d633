"""Addresses that belong to no part of the clinic."""

from django.urls import path

from yilu.platform.web import choices, design, idle, sign_in, system, undo

app_name = "platform"
urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("still-here", idle.still_here, name="still-here"),
    path("undo/<uuid:undo_id>", undo.take_back, name="undo"),
    path("system/", system.system, name="system"),
    path("system/again", system.try_again, name="system-again"),
    path("system/jobs/<uuid:job_id>/again", system.begin_again, name="system-job-again"),
    path("system/jobs/<uuid:job_id>/away", system.put_away, name="system-job-away"),
    path("language", choices.language, name="language"),
    path("display", choices.display, name="display"),
    path("design", design.showroom, name="design"),
    path("design/live", design.live_part, name="design-live"),
    path("design/closing", design.closing, name="design-closing"),
    path("design/search", design.search, name="design-search"),
    path("design/try/<str:what>", design.attempt, name="design-try"),
]
