"""E-mail by SMTP, with the calendar file that a booking brings."""

import smtplib
from email.message import EmailMessage
from email.utils import formataddr, parseaddr

from django.conf import settings

from yilu.messaging.rules.outcomes import Letter, Outcome, Result


def send(letter: Letter) -> Outcome:
    """Hand over one e-mail. Its Message-ID is made of the message's id, so a double is known."""
    if not settings.SMTP["sender"]:
        return Outcome(Result.REFUSED, "not_configured")
    mail = settings.SMTP
    try:
        server = _connected()
    except (OSError, smtplib.SMTPException):
        return Outcome(Result.LATER, "unreachable")
    try:
        if mail["tls"] == "starttls":
            server.starttls()
        if mail["user"]:
            server.login(mail["user"], mail["password"])
        server.send_message(_written(letter))
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        return Outcome(Result.REFUSED if code >= 500 else Result.LATER, f"smtp_{code}")
    except smtplib.SMTPResponseException as error:
        return _answered(error)
    except (OSError, smtplib.SMTPException):
        return Outcome(Result.UNSURE, "answer_lost")
    finally:
        server.close()
    return Outcome(Result.ACCEPTED, reference=letter.id)


def _connected() -> smtplib.SMTP:
    mail = settings.SMTP
    kind = smtplib.SMTP_SSL if mail["tls"] == "tls" else smtplib.SMTP
    return kind(mail["host"], mail["port"], timeout=settings.MESSAGE_TIMEOUT_SECONDS)


def _answered(error: smtplib.SMTPResponseException) -> Outcome:
    code = int(error.smtp_code)
    if code < 400:
        return Outcome(Result.UNSURE, "answer_unreadable")
    is_ours = isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused)
    if code >= 500 and not is_ours:
        return Outcome(Result.REFUSED, f"smtp_{code}")
    return Outcome(Result.LATER, f"smtp_{code}")


def _written(letter: Letter) -> EmailMessage:
    name, address = parseaddr(settings.SMTP["sender"])
    mail = EmailMessage()
    mail["From"] = formataddr((name, address))
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Message-ID"] = f"<{letter.id}@{address.partition('@')[2] or 'localhost'}>"
    mail["Content-Language"] = letter.language
    mail.set_content(letter.body)
    if letter.calendar_file:
        mail.add_attachment(
            letter.calendar_file.encode(),
            maintype="text",
            subtype="calendar",
            filename="booking.ics",
            params={"method": "PUBLISH", "charset": "utf-8"},
        )
    return mail
