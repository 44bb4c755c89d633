"""The addresses of intake."""

from django.urls import URLPattern, path

from yilu.intake.web import at_visit, levels, views, worse

app_name = "intake"
urlpatterns: list[URLPattern] = [
    path("bookings/<uuid:booking_id>", views.fill, name="fill"),
    path("bookings/<uuid:booking_id>/mark", views.mark, name="mark"),
    path("bookings/<uuid:booking_id>/send", views.send, name="send"),
    path("worse/<uuid:site_id>", worse.calls, name="worse"),
    path("worse/call/<uuid:feltworse_id>", worse.answer, name="answer-worse"),
    path("visits/<uuid:visit_id>/worse", worse.say, name="say-worse"),
    path("visits/<uuid:visit_id>", at_visit.of_visit, name="of-visit"),
    path("visits/<uuid:visit_id>/level", levels.level, name="level"),
    path("visits/<uuid:visit_id>/level/set", levels.change, name="set-level"),
    path("visits/<uuid:visit_id>/ask", at_visit.ask, name="ask"),
    path("visits/<uuid:visit_id>/take/<slug:key>", at_visit.take, name="take"),
]
