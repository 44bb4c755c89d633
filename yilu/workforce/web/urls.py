"""The addresses of workforce."""

from django.urls import URLPattern, path

from yilu.workforce.web import views

app_name = "workforce"
urlpatterns: list[URLPattern] = [
    path("", views.staff, name="staff"),
    path("hire", views.hire, name="hire"),
    path("posts", views.matrix, name="matrix"),
    path("<uuid:staff_id>/", views.person, name="person"),
    path("<uuid:staff_id>/change", views.change, name="change"),
    path("<uuid:staff_id>/assign", views.assign, name="assign"),
    path("<uuid:staff_id>/posts/<uuid:assignment_id>/end", views.end_post, name="end-post"),
    path("<uuid:staff_id>/practise", views.practise, name="practise"),
    path("<uuid:staff_id>/password", views.new_password, name="new-password"),
    path("<uuid:staff_id>/leave", views.leave, name="leave"),
    path("<uuid:staff_id>/come-back", views.come_back, name="come-back"),
]
