"""The addresses of workspace."""

from django.urls import URLPattern, URLResolver, include, path

from yilu.workspace.web import book, desk, home, manager, nurse, reminders, room, sites

app_name = "workspace"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("here", home.here, name="here"),
    path("lock", home.lock, name="lock"),
    path("sites/new", sites.new_site, name="new-site"),
    path("", include("yilu.workspace.web.setup.urls")),
    *(
        path(f"{name}/", home.board, {"name": name}, name=f"board-{name}")
        for name in ("desk", "nurse", "room", "manager")
    ),
    path("desk/<slug:site_key>/", desk.desk, name="desk"),
    path("desk/<slug:site_key>/grid", desk.grid, name="desk-grid"),
    path("desk/<slug:site_key>/week/<uuid:resource_id>", book.week, name="desk-week"),
    path("desk/<slug:site_key>/week/<uuid:resource_id>/grid", book.week_part, name="week-grid"),
    path("desk/<slug:site_key>/print", book.paper, name="desk-print"),
    path("desk/<slug:site_key>/expected", desk.arrivals, name="desk-expected"),
    path("desk/<slug:site_key>/waiting", desk.waiting, name="desk-waiting"),
    path("desk/<slug:site_key>/calls", desk.calls, name="desk-calls"),
    path("manager/<slug:site_key>/", manager.manager, name="manager"),
    path("nurse/<slug:site_key>/", nurse.nurse, name="nurse"),
    path("room/<slug:site_key>/", room.room, name="room"),
    path("room/<slug:site_key>/reminders", reminders.strip, name="reminders"),
    path("room/<slug:site_key>/reminders/<slug:key>", reminders.reminded, name="reminded"),
    path("room/bookings/<uuid:booking_id>/call", room.call, name="call"),
    path("room/visits/<uuid:visit_id>/unanswered", room.unanswered, name="no-answer"),
    path("room/visits/<uuid:visit_id>/next", room.next_visit, name="next-visit"),
    path("room/visits/<uuid:visit_id>/next/book", room.book_next, name="book-next"),
    path("room/visits/<uuid:visit_id>/finish", room.finish, name="finish-visit"),
]
