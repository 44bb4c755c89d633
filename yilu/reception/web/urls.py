"""The addresses of reception."""

from django.urls import URLPattern, path

from yilu.reception.web import arriving, guiding, walking_in

app_name = "reception"
urlpatterns: list[URLPattern] = [
    path("bookings/<uuid:booking_id>/check-in", arriving.check_in_dialog, name="check-in"),
    path("tickets/<uuid:ticket_id>/finish", arriving.finish, name="finish"),
    path("visit/<uuid:visit_id>/guide", guiding.sheet, name="guide"),
    path("visit/<uuid:visit_id>/number", walking_in.done, name="walked-in"),
    path("<slug:site_key>/walk-in", walking_in.new, name="walk-in"),
    path("<slug:site_key>/walk-in/who", walking_in.who, name="walk-in-who"),
]
