"""What staff may read of a message afterwards, and what to do about one that did not arrive."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from yilu.platform import masking

# What opens something for whoever reads it.
SECRETS = ("code", "link", "questions_link")


def readable(body: str, values: Mapping[str, str]) -> str:
    """A message without the codes and links by which others could act as its reader."""
    for name in SECRETS:
        value = values.get(name, "")
        if value:
            body = body.replace(value, "••••••")
    return body


def shown_address(channel: str, to: str) -> str:
    """Where a message went, masked."""
    if not to or channel == "push":
        return ""
    if channel == "email":
        name, _at, place = to.partition("@")
        return f"{name[:1]}***@{place}"
    return masking.record_no(to) if channel == "wechat" else masking.phone(to)


def advice(reason: str) -> str:
    """What the desk can do about a message that did not arrive."""
    known = {
        "no_contact": _("No phone, e-mail or WeChat is known: ask the patient."),
        "not_configured": _("This channel is not set up: tell the administrator."),
        "expired": _("It would have come too late. Send it again if it still matters."),
        "push_gone": _("The app was removed or has turned push off: nothing to do."),
        "lost_twice": _("It may have arrived: ask the patient before sending it again."),
        "answer_lost": _("It may have arrived: ask the patient before sending it again."),
        "unreachable": _("The provider could not be reached: send it again later, or call."),
    }
    if reason in known:
        return known[reason]
    if "Blacklist" in reason or reason == "errcode_43101":
        return _("The patient has stopped messages to this number: call instead.")
    if "PhoneNumber" in reason or reason.startswith("smtp_5"):
        return _("The number or address is wrong: check it with the patient.")
    return _("Send it again, or call the patient.")
