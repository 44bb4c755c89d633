"""The addresses of the downtime kit."""

from django.urls import URLPattern, path

from yilu.downtime.web import views

app_name = "downtime"
urlpatterns: list[URLPattern] = [
    path("", views.overview, name="overview"),
    path("make", views.make, name="make"),
    path("kits/<uuid:kit_id>.pdf", views.take, name="kit"),
    path("outages/new", views.begin, name="begin"),
    path("outages/<uuid:outage_id>", views.show, name="outage"),
    path("outages/<uuid:outage_id>/unused", views.unused, name="unused"),
    path("outages/<uuid:outage_id>/close", views.close, name="close"),
    path("outages/<uuid:outage_id>/<uuid:form_id>", views.enter, name="enter"),
    path("outages/<uuid:outage_id>/<uuid:form_id>/who", views.who, name="who"),
    path("outages/<uuid:outage_id>/<uuid:form_id>/account", views.account, name="account"),
]
