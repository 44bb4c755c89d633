"""The addresses of insight."""

from django.urls import URLPattern, path

from yilu.insight.web import bookings, export

app_name = "insight"
urlpatterns: list[URLPattern] = [
    path("bookings/", bookings.bookings, name="bookings"),
    path("bookings/list", bookings.behind, name="bookings-behind"),
    path("bookings.csv", export.bookings_csv, name="bookings-csv"),
]
