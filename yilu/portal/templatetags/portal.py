"""What only the patient's pages have: `{% load portal %}`."""

import re

from django import template
from django.http import HttpRequest

from yilu.portal.selectors import phones as telephones
from yilu.portal.selectors.phones import Phone
from yilu.portal.web import keeping

register = template.Library()
UNDER_A_LINK = re.compile(r"(/[a-z]/[^/]+)/.")


@register.filter
def window(request: HttpRequest) -> str:
    """In which kind of window this browser shows us, as far as we were told: app or browser."""
    return "app" if keeping.is_app(request) else "browser"


@register.simple_tag
def phones(status: int) -> tuple[Phone, ...]:
    """By which telephones the clinic is reached, on a page about something that went wrong."""
    return telephones.phones(status)


@register.filter
def link_page(path: str) -> str:
    """The page of the link under which an address lies; nothing for other addresses."""
    found = UNDER_A_LINK.match(path)
    return found[1] if found else ""
