"""The addresses of prediction: for staff alone."""

from django.urls import URLPattern, path

from yilu.prediction.web import calling, figures, placing

app_name = "prediction"
urlpatterns: list[URLPattern] = [
    path("", figures.figures, name="figures"),
    path("calls/", calling.calls, name="calls"),
    path("calls/<uuid:confirmation_id>", calling.call, name="call"),
    path("calls/<uuid:confirmation_id>/no-answer", calling.no_answer, name="no-answer"),
    path("bookings/<uuid:booking_id>/badge", calling.badge, name="badge"),
    path("places/", placing.places, name="places"),
    path("places/open", placing.open_place, name="open-place"),
    path("places/<uuid:place_id>/fill", placing.fill, name="fill-place"),
    path("places/<uuid:place_id>/withdraw", placing.withdraw, name="withdraw-place"),
]
