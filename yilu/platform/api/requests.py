"""The request as an API view meets it."""

from django.http import HttpRequest

from yilu.platform.actors import Actor


class ApiRequest(HttpRequest):
    """A request whose bearer is known."""

    actor: Actor
