"""The addresses of scheduling."""

from django.urls import path

from yilu.scheduling.web import deeds, making, views

app_name = "scheduling"
urlpatterns = [
    path("", views.bookings, name="bookings"),
    path("new", making.new, name="new"),
    path("new/times", making.times, name="times"),
    path("new/who", making.who, name="who"),
    path("find", making.find, name="find"),
    path("patients/<uuid:patient_id>", views.of_patient, name="of-patient"),
    path("bookings/<uuid:booking_id>/", views.booking, name="booking"),
    path("bookings/<uuid:booking_id>/slip", views.slip, name="slip"),
    path("bookings/<uuid:booking_id>/calendar", views.calendar, name="calendar"),
    path("bookings/<uuid:booking_id>/confirm", deeds.confirm, name="confirm"),
    path("bookings/<uuid:booking_id>/late", deeds.late, name="late"),
    path("bookings/<uuid:booking_id>/cancel", deeds.cancel, name="cancel"),
    path("bookings/<uuid:booking_id>/move", deeds.move, name="move"),
    path("bookings/<uuid:booking_id>/no-show", deeds.no_show, name="no-show"),
    path("bookings/<uuid:booking_id>/unmake", deeds.unmake, name="unmake"),
    path("bookings/<uuid:booking_id>/undo/<slug:deed>", deeds.undo, name="undo"),
    path("wishes/<uuid:request_id>/grant", deeds.grant, name="grant"),
    path("wishes/<uuid:request_id>/refuse", deeds.refuse, name="refuse"),
    path("blocks/<uuid:block_id>/lift", deeds.lift, name="lift"),
    path("blocks/<uuid:block_id>/undo-lift", deeds.undo_lift, name="undo-lift"),
]
