"""The addresses of reception."""

from django.urls import URLPattern, path

from yilu.reception.web import arriving, calls, guiding, incidents, walking_in, where

app_name = "reception"
urlpatterns: list[URLPattern] = [
    path("bookings/<uuid:booking_id>/check-in", arriving.check_in_dialog, name="check-in"),
    path("bookings/<uuid:booking_id>/at-door", arriving.at_door, name="at-door"),
    path("bookings/<uuid:booking_id>/not-at-door", arriving.not_at_door, name="not-at-door"),
    path("tickets/<uuid:ticket_id>/finish", arriving.finish, name="finish"),
    path("visit/<uuid:visit_id>/guide", guiding.sheet, name="guide"),
    path("visit/<uuid:visit_id>/number", walking_in.done, name="walked-in"),
    path("<slug:site_key>/phone/", calls.desk, name="phone"),
    path("<slug:site_key>/phone/dial", calls.dial, name="dial"),
    path("<slug:site_key>/phone/promise", calls.promise, name="call-back-new"),
    path("<slug:site_key>/phone/lines", calls.lines, name="phone-lines"),
    path("<slug:site_key>/phone/lines/new", calls.new_line, name="phone-line-new"),
    path("phone/lines/<uuid:line_id>/withdraw", calls.no_line, name="phone-line-withdraw"),
    path("calls/<uuid:call_id>/", calls.call, name="call"),
    path("calls/<uuid:call_id>/take", calls.take, name="call-take"),
    path("calls/<uuid:call_id>/who", calls.who, name="call-who"),
    path("calls/<uuid:call_id>/identify", calls.identify, name="call-identify"),
    path("calls/<uuid:call_id>/end", calls.end, name="call-end"),
    path("call-backs/<uuid:call_back_id>/call", calls.return_call, name="call-back"),
    path("call-backs/<uuid:call_back_id>/no-answer", calls.no_answer, name="call-back-vain"),
    path("call-backs/<uuid:call_back_id>/off", calls.off, name="call-back-off"),
    path("<slug:site_key>/alarms", incidents.strip, name="alarms"),
    path("<slug:site_key>/incidents/", incidents.index, name="incidents"),
    path("<slug:site_key>/incidents.csv", incidents.export, name="incidents-file"),
    path("<slug:site_key>/incidents/new", incidents.choose, name="incident-new"),
    path("<slug:site_key>/incidents/illness", incidents.illness, name="incident-illness"),
    path("<slug:site_key>/incidents/new/<slug:kind>", incidents.report, name="incident-report"),
    path("incidents/<uuid:incident_id>/", incidents.incident, name="incident"),
    path("incidents/<uuid:incident_id>/note", incidents.note, name="incident-note"),
    path("incidents/<uuid:incident_id>/describe", incidents.describe, name="incident-describe"),
    path("incidents/<uuid:incident_id>/close", incidents.close, name="incident-close"),
    path("incidents/<uuid:incident_id>/print", incidents.paper, name="incident-print"),
    path("incidents/<uuid:incident_id>/done/<slug:deed>", incidents.done, name="incident-done"),
    path("<slug:site_key>/where", where.ask, name="where"),
    path("<slug:site_key>/where/<uuid:pretriage_id>", where.answer, name="where-to"),
    path("<slug:site_key>/visitor", arriving.visitor, name="visitor"),
    path("visitors/<uuid:doorstep_id>/gone", arriving.visitor_gone, name="visitor-gone"),
    path("<slug:site_key>/walk-in", walking_in.new, name="walk-in"),
    path("<slug:site_key>/walk-in/who", walking_in.who, name="walk-in-who"),
]
