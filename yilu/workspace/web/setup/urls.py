"""The addresses of the first start."""

from django.urls import path

from yilu.workspace.web.setup import views

urlpatterns = [
    path("setup/<str:token>/", views.start, name="setup"),
    path("setup/<str:token>/review/", views.review, name="setup-review"),
    path("setup/<str:token>/done/", views.done, name="setup-done"),
    path("setup/<str:token>/<slug:name>/", views.step, name="setup-step"),
]
