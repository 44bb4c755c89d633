"""The addresses of intake."""

from django.urls import URLPattern, path

from yilu.intake.web import views, worse

app_name = "intake"
urlpatterns: list[URLPattern] = [
    path("bookings/<uuid:booking_id>", views.fill, name="fill"),
    path("bookings/<uuid:booking_id>/mark", views.mark, name="mark"),
    path("bookings/<uuid:booking_id>/send", views.send, name="send"),
    path("worse/<uuid:site_id>", worse.calls, name="worse"),
    path("worse/call/<uuid:feltworse_id>", worse.answer, name="answer-worse"),
    path("visits/<uuid:visit_id>/worse", worse.say, name="say-worse"),
    path("visits/<uuid:visit_id>", views.of_visit, name="of-visit"),
    path("visits/<uuid:visit_id>/take/<slug:key>", views.take, name="take"),
]
