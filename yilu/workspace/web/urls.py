"""The addresses of workspace."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "workspace"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("yilu.workspace.web.setup.urls")),
]
