"""The addresses of catalogue that anybody may open."""

from django.urls import URLPattern, path

from yilu.catalogue.web import views

urlpatterns: list[URLPattern] = [path("prices", views.prices, name="prices")]
