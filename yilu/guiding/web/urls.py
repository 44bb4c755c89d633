"""The addresses of guiding."""

from django.urls import URLPattern, path

from yilu.guiding.web import asking, deeds, pages, rule

app_name = "guiding"
urlpatterns: list[URLPattern] = [
    path("rule", rule.rule, name="rule"),
    path("visits/<uuid:visit_id>/ask", asking.ask, name="ask"),
    path("tasks/<uuid:task_id>/take", deeds.take, name="take"),
    path("tasks/<uuid:task_id>/there", deeds.there, name="there"),
    path("tasks/<uuid:task_id>/received", deeds.receive, name="received"),
    path("tasks/<uuid:task_id>/back", deeds.back, name="back"),
    path("tasks/<uuid:task_id>/hand-over", asking.hand_over, name="hand-over"),
    path("tasks/<uuid:task_id>/decline", asking.decline, name="decline"),
    path("tasks/<uuid:task_id>/assign", asking.assign, name="assign"),
    path("tasks/<uuid:task_id>/withdraw", asking.withdraw, name="withdraw"),
    path("<slug:site_key>/", pages.mine, name="mine"),
    path("<slug:site_key>/on-duty", deeds.on_duty, name="on-duty"),
    path("<slug:site_key>/off-duty", deeds.off_duty, name="off-duty"),
    path("<slug:site_key>/tasks", pages.tasks, name="tasks"),
    path("<slug:site_key>/strip", pages.strip, name="strip"),
    path("<slug:site_key>/arriving", pages.arrivals, name="arriving"),
]
