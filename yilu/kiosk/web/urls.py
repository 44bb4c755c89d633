"""The addresses of kiosks: theirs below the key of their site, and where they are set up."""

from django.urls import URLPattern, path

from yilu.kiosk.web import arriving, complaints, devices, identify, papers, paying, start

app_name = "kiosk"
urlpatterns: list[URLPattern] = [
    path("devices", devices.overview, name="devices"),
    path("devices/new", devices.create, name="new-kiosk"),
    path("devices/<uuid:kiosk_id>/link", devices.renew, name="renew"),
    path("devices/<uuid:kiosk_id>/withdraw", devices.withdraw, name="withdraw"),
    path("open/<str:reference>", start.open_by_link, name="open"),
    path("<slug:site_key>/", start.start, name="start"),
    path("<slug:site_key>/leave", start.leave, name="leave"),
    path("<slug:site_key>/alive", start.alive, name="alive"),
    path("<slug:site_key>/help", start.help_wanted, name="help"),
    path("<slug:site_key>/prices", start.prices, name="prices"),
    path("<slug:site_key>/guide", start.guide, name="guide"),
    path("<slug:site_key>/print/patient-guide", start.guide_print, name="guide-print"),
    path("<slug:site_key>/scan", identify.scan, name="scan"),
    path("<slug:site_key>/who", identify.who, name="who"),
    path("<slug:site_key>/birth", identify.birth, name="birth"),
    path("<slug:site_key>/proof", identify.proof, name="proof"),
    path("<slug:site_key>/me", arriving.me, name="me"),
    path("<slug:site_key>/check-in", arriving.check_in, name="check-in"),
    path("<slug:site_key>/new", arriving.new, name="new"),
    path("<slug:site_key>/take", arriving.take, name="take"),
    path("<slug:site_key>/where", complaints.where, name="where"),
    path("<slug:site_key>/worse", complaints.worse, name="worse"),
    path("<slug:site_key>/pay", paying.pay, name="pay"),
    path("<slug:site_key>/pay/ask", paying.ask, name="pay-ask"),
    path("<slug:site_key>/pay/code.svg", paying.code, name="pay-code"),
    path("<slug:site_key>/papers", papers.papers, name="papers"),
    path("<slug:site_key>/print/number", papers.slip, name="slip"),
    path("<slug:site_key>/print/guide", papers.guide_sheet, name="guide-sheet"),
    path("<slug:site_key>/print/receipt/<uuid:receipt_id>", papers.receipt, name="receipt"),
    path("<slug:site_key>/print/laboratory/<uuid:report_id>", papers.laboratory, name="laboratory"),
    path("<slug:site_key>/print/examination/<uuid:report_id>", papers.study, name="study"),
    path("<slug:site_key>/print/report/<uuid:visit_id>", papers.sheet, name="sheet"),
]
