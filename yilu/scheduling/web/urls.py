"""The addresses of scheduling."""

from django.urls import path

from yilu.scheduling.web import days, deeds, leaving, making, roster, views, waiting

OF = "roster/<uuid:site_id>/<uuid:resource_id>"
DAYS = "roster/days/<uuid:site_id>"

app_name = "scheduling"
urlpatterns = [
    path("", views.bookings, name="bookings"),
    path("new", making.new, name="new"),
    path("new/times", making.times, name="times"),
    path("new/who", making.who, name="who"),
    path("find", making.find, name="find"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("waiting/join", waiting.join, name="waiting-join"),
    path("waiting/doctors", waiting.doctors, name="waiting-doctors"),
    path("waiting/<uuid:entry_id>/leave", waiting.leave, name="waiting-leave"),
    path("waiting/<uuid:entry_id>/undo", waiting.undo_leave, name="waiting-undo"),
    path("offers/<uuid:offer_id>/accept", waiting.accept, name="offer-accept"),
    path("offers/<uuid:offer_id>/decline", waiting.decline, name="offer-decline"),
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
    path("roster/", roster.week, name="roster"),
    path("roster/to-move", roster.to_move, name="to-move"),
    path(f"{OF}/", roster.resource, name="resource"),
    path(f"{OF}/week", roster.set_weeks, name="set-week"),
    path(f"{OF}/forget", roster.forget, name="forget-weeks"),
    path(f"{OF}/home", roster.home, name="set-home"),
    path(f"{OF}/open", roster.open_once, name="open-once"),
    path(f"{OF}/absence", roster.absence, name="absence"),
    path(f"{OF}/<slug:day>", roster.cell, name="cell"),
    path("sessions/<uuid:session_id>/withdraw", roster.withdraw, name="withdraw"),
    path("sessions/<uuid:session_id>/undo", roster.undo_withdraw, name="undo-withdraw"),
    path("absences/<uuid:block_id>/lift", roster.lift, name="lift-absence"),
    path("roster/days/", days.year, name="year"),
    path(f"{DAYS}/hours", days.hours, name="hours"),
    path(f"{DAYS}/closures/new", days.new_closure, name="new-closure"),
    path(f"{DAYS}/closures/<uuid:closure_id>", days.edit_closure, name="edit-closure"),
    path(f"{DAYS}/closures/<uuid:closure_id>/lift", days.drop_closure, name="drop-closure"),
    path(f"{DAYS}/special/new", days.special, name="new-special"),
    path(f"{DAYS}/special/<slug:day>", days.special, name="special"),
    path(f"{DAYS}/special/<slug:day>/drop", days.drop_special, name="drop-special"),
    path(f"{DAYS}/calendar/new", days.decide, name="new-decision"),
    path(f"{DAYS}/calendar/<slug:day>", days.decide, name="decision"),
    path(f"{DAYS}/calendar/<slug:day>/forget", days.forget_day, name="forget-decision"),
    path("places/<slug:kind>/<uuid:place_id>/close", leaving.close, name="close-place"),
    path("staff/<uuid:staff_id>/leave", leaving.leave, name="leave"),
    path("blocks/<uuid:block_id>/undo-lift", deeds.undo_lift, name="undo-lift"),
]
