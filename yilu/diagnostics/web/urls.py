"""The addresses of diagnostics."""

from django.urls import URLPattern, path

from yilu.diagnostics.web import asking, laboratory, ordering, views

app_name = "diagnostics"
urlpatterns: list[URLPattern] = [
    path("", views.board, name="centre"),
    path("plan/<uuid:patient_id>", views.plan, name="plan"),
    path("trips/<uuid:trip_id>/", views.show, name="trip"),
    path("trips/<uuid:trip_id>/anew", views.anew, name="trip-anew"),
    path("visits/<uuid:visit_id>", asking.of_visit, name="of-visit"),
    path("visits/<uuid:visit_id>/ask", asking.ask, name="ask"),
    path("requests/<uuid:request_id>/withdraw", asking.withdraw, name="withdraw"),
    path("visits/<uuid:visit_id>/laboratory", ordering.of_visit, name="lab-of-visit"),
    path("visits/<uuid:visit_id>/order", ordering.order, name="lab-order"),
    path("orders/<uuid:order_id>/cancel", ordering.cancel, name="lab-cancel"),
    path("criticals/<uuid:critical_id>", ordering.critical, name="critical"),
    path("reports/<uuid:report_id>/", ordering.report, name="lab-show"),
    path("reports/<uuid:report_id>/explained", ordering.explained, name="lab-explained"),
    path("outside/<uuid:outside_id>", ordering.outside, name="outside"),
    path("laboratory/", laboratory.home, name="laboratory"),
    path("laboratory/sites/<uuid:site_id>/list", laboratory.lines, name="lab-list"),
    path("laboratory/sites/<uuid:site_id>/scan", laboratory.scan, name="lab-scan"),
    path("laboratory/visits/<uuid:visit_id>/collect", laboratory.taking, name="lab-collect"),
    path("laboratory/visits/<uuid:visit_id>/labels.pdf", laboratory.labels, name="lab-labels"),
    path("laboratory/tubes/<uuid:specimen_id>/", laboratory.tube, name="tube"),
    path("laboratory/tubes/<uuid:specimen_id>/receive", laboratory.received, name="tube-receive"),
    path("laboratory/tubes/<uuid:specimen_id>/reject", laboratory.rejected, name="tube-reject"),
    path("laboratory/tubes/<uuid:specimen_id>/enter", laboratory.entered, name="tube-enter"),
    path("laboratory/tubes/<uuid:specimen_id>/correct", laboratory.corrected, name="tube-correct"),
    path(
        "laboratory/tubes/<uuid:specimen_id>/reports/<uuid:report_id>/release",
        laboratory.released,
        name="lab-release",
    ),
    path(
        "laboratory/tubes/<uuid:specimen_id>/reports/<uuid:report_id>/back",
        laboratory.sent_back,
        name="lab-back",
    ),
    path("laboratory/reports/<uuid:report_id>.pdf", laboratory.report, name="lab-report"),
]
