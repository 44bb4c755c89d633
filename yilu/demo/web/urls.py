"""The addresses of demo."""

from django.urls import URLPattern, path

from yilu.demo.web import wallet

app_name = "demo"
urlpatterns: list[URLPattern] = [path("wallet", wallet.wallet, name="wallet")]
