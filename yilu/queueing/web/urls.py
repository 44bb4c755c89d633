"""The addresses of queueing."""

from django.urls import URLPattern, path

from yilu.queueing.web import (
    boards,
    deeds,
    long_waits,
    rules,
    screens,
    setting,
    wait_report,
    wait_rule,
    wall,
)

app_name = "queueing"
urlpatterns: list[URLPattern] = [
    path("wall/open/<str:reference>", wall.open_wall, name="open-wall"),
    path("wall/<slug:site_key>/", wall.wall, name="wall"),
    path("t/<str:signed>", boards.phone, name="phone"),
    path("screens", screens.overview, name="screens"),
    path("screens/new", screens.create, name="new-screen"),
    path("screens/<uuid:screen_id>/link", screens.renew, name="renew-screen"),
    path("screens/<uuid:screen_id>/withdraw", screens.withdraw, name="withdraw-screen"),
    path("sites/<uuid:site_id>/", boards.overview, name="overview"),
    path("set-up", setting.set_up, name="set-up"),
    path("queues/<uuid:queue_id>/", boards.board, name="queue"),
    path("queues/<uuid:queue_id>/rule", rules.rule, name="rule"),
    path("long-waits/", wait_report.report, name="wait-report"),
    path("forecasts/", wait_report.forecasts, name="forecasts"),
    path("long-waits.csv", wait_report.report_csv, name="wait-report-csv"),
    path("long-waits/limits", wait_rule.wait_limits, name="wait-limits"),
    path("long-waits/limits/amends", wait_rule.new_amends, name="new-amends"),
    path("amends/<uuid:amends_id>/retire", wait_rule.retire, name="retire-amends"),
    path("amends/<uuid:amends_id>/restore", wait_rule.restore, name="restore-amends"),
    path("notices/<uuid:notice_id>/told", long_waits.told, name="told"),
    path("notices/<uuid:notice_id>/not-told", long_waits.not_told, name="take-back-told"),
    path("long-waits/to-explain", long_waits.to_explain, name="to-explain"),
    path("long-waits/<uuid:long_wait_id>/explain", long_waits.explain, name="explain"),
    path(
        "long-waits/<uuid:long_wait_id>/take-back",
        long_waits.take_back,
        name="take-back-explanation",
    ),
    path("caller/<uuid:station_id>", boards.caller, name="caller"),
    path("stations/<uuid:station_id>/call-next", deeds.call_next, name="call-next"),
    path("stations/<uuid:station_id>/call-beside", deeds.call_beside, name="call-beside"),
    path("tickets/<uuid:ticket_id>/call/<uuid:station_id>", deeds.call, name="call"),
    path(
        "tickets/<uuid:ticket_id>/call-out-of-turn/<uuid:station_id>",
        deeds.call_out_of_turn,
        name="call-out-of-turn",
    ),
    path("tickets/<uuid:ticket_id>/finish", deeds.finish, name="finish"),
    path("tickets/<uuid:ticket_id>/move", deeds.move, name="move"),
    path("tickets/<uuid:ticket_id>/slip", boards.slip, name="slip"),
    path("tickets/<uuid:ticket_id>/place", boards.place, name="place"),
    path("tickets/<uuid:ticket_id>/undo/<slug:name>", deeds.undo, name="undo"),
    path("tickets/<uuid:ticket_id>/<slug:name>", deeds.deed, name="deed"),
]
