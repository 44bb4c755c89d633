"""The addresses of outbreak mode."""

from django.urls import URLPattern, path

from yilu.outbreak.web import board, cases, suspects, switching, tracing

app_name = "outbreak"
urlpatterns: list[URLPattern] = [
    path("visits/<uuid:visit_id>/beside", board.beside, name="of-visit"),
    path("visits/<uuid:visit_id>/ask", suspects.ask, name="ask"),
    path("visits/<uuid:visit_id>/suspect", suspects.raise_suspicion, name="suspect"),
    path("suspects/<uuid:screening_id>/meet", suspects.meet, name="meet"),
    path("suspects/<uuid:screening_id>/lift", suspects.lift, name="lift"),
    path("suspects/<uuid:screening_id>/contacts", tracing.contact_list, name="contacts"),
    path("suspects/<uuid:screening_id>/contacts.csv", tracing.contact_file, name="contacts-file"),
    path(
        "suspects/<uuid:screening_id>/contacts/print", tracing.contact_paper, name="contacts-print"
    ),
    path("suspects/<uuid:screening_id>/report", cases.new, name="case-new"),
    path("cases/<uuid:case_id>/", cases.show, name="case"),
    path("cases/<uuid:case_id>/send", cases.send, name="case-send"),
    path("cases/<uuid:case_id>/withdraw", cases.withdraw, name="case-withdraw"),
    path("cases/<uuid:case_id>/outcome", cases.outcome, name="case-outcome"),
    path("cases/<uuid:case_id>/print", cases.paper, name="case-print"),
    path("<slug:site_key>/", board.board, name="board"),
    path("<slug:site_key>/notice", board.strip, name="notice"),
    path("<slug:site_key>/on", switching.on, name="on"),
    path("<slug:site_key>/off", switching.off, name="off"),
    path("<slug:site_key>/drill", switching.drill, name="drill"),
    path("<slug:site_key>/practise", suspects.practise, name="practise"),
    path("<slug:site_key>/settings", switching.settings, name="settings"),
    path("<slug:site_key>/times", board.past, name="times"),
    path("<slug:site_key>/report", tracing.figures, name="report"),
    path("<slug:site_key>/report.csv", tracing.figures_file, name="report-file"),
    path("<slug:site_key>/cases.csv", cases.export, name="cases-file"),
]
