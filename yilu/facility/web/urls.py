"""The addresses of facility."""

from django.urls import URLPattern, path

from yilu.facility.web import views

PLACE = "<uuid:site_id>/<slug:kind>/<uuid:place_id>"

app_name = "facility"
urlpatterns: list[URLPattern] = [
    path("", views.sites, name="sites"),
    path("<uuid:site_id>/", views.site, name="site"),
    path("<uuid:site_id>/change", views.edit_site, name="edit-site"),
    path("<uuid:site_id>/<slug:kind>/new", views.new_place, name="new-place"),
    path(f"{PLACE}/change", views.edit_place, name="edit-place"),
    path(f"{PLACE}/close", views.shut_place, name="shut-place"),
    path(f"{PLACE}/reopen", views.open_place, name="open-place"),
]
