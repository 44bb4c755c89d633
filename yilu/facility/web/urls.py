"""The addresses of facility."""

from django.urls import URLPattern

app_name = "facility"
urlpatterns: list[URLPattern] = []
