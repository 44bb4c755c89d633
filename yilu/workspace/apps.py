"""The boards of the posts: what each signs in to."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "yilu.workspace"
    label = "workspace"
