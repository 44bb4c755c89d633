"""What only the patient's pages have: `{% load portal %}`."""

from django import template
from django.http import HttpRequest

from yilu.portal.web import keeping

register = template.Library()


@register.filter
def window(request: HttpRequest) -> str:
    """In which kind of window this browser shows us, as far as we were told: app or browser."""
    return "app" if keeping.is_app(request) else "browser"
