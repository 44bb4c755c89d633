"""The addresses of records."""

from django.urls import URLPattern, path

from yilu.records.web import archive, openings, papers

app_name = "records"
urlpatterns: list[URLPattern] = [
    path("patient/<uuid:patient_id>/access", openings.access, name="access"),
    path("patient/<uuid:patient_id>/open", openings.open_for_reason, name="open"),
    path("openings/", openings.worklist, name="openings"),
    path("openings/rule", openings.rule, name="access-rule"),
    path("openings/<uuid:opening_id>/close", openings.close, name="close"),
    path("openings/<uuid:opening_id>/review", openings.review, name="review"),
    path("patient/<uuid:patient_id>/papers", papers.papers, name="papers"),
    path("patient/<uuid:patient_id>/file", papers.file, name="file"),
    path("patient/<uuid:patient_id>/hold", papers.hold, name="hold"),
    path("patient/<uuid:patient_id>/cover", papers.cover, name="cover"),
    path("papers/<uuid:paper_id>/", papers.show, name="paper"),
    path("papers/<uuid:paper_id>/<int:n>", papers.page, name="page"),
    path("papers/<uuid:paper_id>/withdraw", papers.withdraw, name="withdraw-paper"),
    path("holds/<uuid:hold_id>/lift", papers.lift, name="lift-hold"),
    path("archive/", archive.page, name="archive"),
    path("archive/terms", archive.terms, name="terms"),
    path("archive/propose", archive.propose, name="propose-destruction"),
    path("archive/<uuid:destruction_id>/", archive.detail, name="destruction"),
    path("archive/<uuid:destruction_id>/approve", archive.approve, name="approve-destruction"),
    path("archive/<uuid:destruction_id>/back", archive.take_back, name="take-back-destruction"),
    path("archive/<uuid:destruction_id>/do", archive.carry_out, name="carry-out-destruction"),
    path("archive/<uuid:destruction_id>/paper", archive.paper_of, name="certificate"),
]
