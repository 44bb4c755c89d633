"""The addresses of workspace."""

from django.urls import URLPattern, URLResolver, include, path

from yilu.workspace.web import desk, home

app_name = "workspace"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("here", home.here, name="here"),
    path("lock", home.lock, name="lock"),
    path("", include("yilu.workspace.web.setup.urls")),
    *(path(f"{name}/", home.board, {"name": name}, name=f"{name}-here") for name in ("desk",)),
    path("desk/<slug:site_key>/", desk.desk, name="desk"),
    path("desk/<slug:site_key>/grid", desk.grid, name="desk-grid"),
    path("desk/<slug:site_key>/expected", desk.arrivals, name="desk-expected"),
    path("desk/<slug:site_key>/waiting", desk.waiting, name="desk-waiting"),
    path("desk/<slug:site_key>/calls", desk.calls, name="desk-calls"),
]
