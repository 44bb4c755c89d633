"""The addresses of catalogue."""

from django.urls import URLPattern, path, reverse_lazy
from django.views.generic import RedirectView

from yilu.catalogue.web import drugs, services, views

app_name = "catalogue"
urlpatterns: list[URLPattern] = [
    # Where the menu leads: the whole catalogue is one workspace, and begins with its prices.
    path("", RedirectView.as_view(url=reverse_lazy("catalogue:price-list")), name="home"),
    path("prices", views.price_page, name="price-list"),
    path("prices/print", views.price_print, name="price-print"),
    path("prices/new", views.new_item, name="new-item"),
    path("prices/<uuid:item_id>", views.new_price, name="new-price"),
    path("drugs", drugs.drugs, name="drugs"),
    path("drugs/new", drugs.new_drug, name="new-drug"),
    path("drugs/<uuid:drug_id>", drugs.drug, name="drug"),
    path("prices/<uuid:item_id>/change", views.item, name="item"),
    path("services", services.service_page, name="services"),
    path("services/new", services.new_service, name="new-service"),
    path("services/<uuid:service_id>", services.service, name="service"),
]
