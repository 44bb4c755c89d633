"""The addresses of pathways."""

from django.urls import URLPattern

app_name = "pathways"
urlpatterns: list[URLPattern] = []
