"""Services as data: definitions, cases, steps, worklists, due times."""

from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    name = "yilu.pathways"
    label = "pathways"
