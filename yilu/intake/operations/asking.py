"""Asking the questions before a visit: inside the messages that go out anyway, or at the desk."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy

from yilu.catalogue.selectors.services import service_info
from yilu.intake.events import QuestionsAsked
from yilu.intake.models import Sheet
from yilu.intake.operations.keeping import hold_open, sealed, write
from yilu.intake.rules.questions import book, sets_for
from yilu.intake.selectors.at_visit import age_of, earlier_answers
from yilu.intake.states import SheetState
from yilu.messaging.operations.messages import send_message
from yilu.platform import clock, links
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.ids import new_id
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.scheduling.enclosing import Enclosure
from yilu.scheduling.operations.telling import LINK_STANDS, TWO_WAYS
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.scheduling.selectors.telling import Telling, telling
from yilu.scheduling.states import Channel

_SENTENCE = gettext_lazy("Before you come, please answer a few health questions: %(link)s")


@operation
def ask_questions(*, actor: Actor, booking_id: UUID) -> UUID | None:
    """Have the questions of a booking's service stand ready, once; nobody is told by this.

    What the patient answered lately is filled in. None when the patient stands here already.
    """
    held = _asked(actor, telling(booking_id))
    return held.pk if held else None


@operation
def enclosed_questions(*, actor: Actor, told: Sequence[Telling]) -> Enclosure | None:
    """What a message about these bookings of one patient says of questions; None when none is open.

    Several bookings are asked about under one link, which then asks what each of them needs.
    """
    asked = [_asked(actor, one) for one in told]
    still = [one.pk for one in asked if one and one.state != SheetState.ANSWERED]
    held = list(Sheet.objects.select_for_update(no_key=True).filter(pk__in=still).order_by("pk"))
    if not held:
        return None
    held.sort(key=lambda one: still.index(one.pk))
    first = held[0]
    sets = list(dict.fromkeys(key for one in held for key in one.sets))
    if sets != first.sets:
        first.sets = sets
        first.save(update_fields=["sets"])
    link = _link(first, max(told, key=lambda one: one.ends_at))
    return Enclosure(_words(link), link)


@operation
def send_link(*, actor: Actor, booking_id: UUID) -> None:
    """Send a patient the questions once more, when somebody asks for it; once in an hour.

    Raises: NotFound, NotAllowed, AnsweredAlready, TooLateToAnswer.
    """
    held = hold_open(actor, booking_id)
    booking = telling(booking_id)
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    send_message(
        actor=actor,
        key=f"questions:{held.pk}:{hour.timestamp():.0f}",
        template="questions_asked",
        site_id=held.site_id,
        patient_id=held.patient_id,
        channels=TWO_WAYS,
        data={
            "starts_at": booking.starts_at,
            "service": booking.service,
            "link": _link(held, booking),
        },
    )
    write(actor, held, "sent", QuestionsAsked(held.pk, booking_id, held.patient_id))


def _asked(actor: Actor, booking: Telling) -> Sheet | None:
    """The sheet of a booking that is to come, made when there is none."""
    if booking.channel == Channel.WALK_IN or not booking.is_coming:
        return None
    held = Sheet.objects.filter(booking_id=booking.id).first()
    if held is not None:
        return held
    fresh = _fresh(booking)
    fresh.answers = sealed(earlier_answers(fresh))
    # Whoever books and whoever tells may both be here at once.
    Sheet.objects.bulk_create([fresh], ignore_conflicts=True)
    held = Sheet.objects.get(booking_id=booking.id)
    if held.pk == fresh.pk:
        write(actor, held, "asked", QuestionsAsked(held.pk, booking.id, held.patient_id))
    return held


def _fresh(booking: Telling) -> Sheet:
    service = service_info(coming_patient(booking.id).service_id)
    return Sheet(
        id=new_id(),
        site_id=booking.site_id,
        patient_id=booking.patient_id,
        booking_id=booking.id,
        service_key=service.key,
        specialty=service.specialty,
        sets=sets_for(
            service.key,
            service.specialty,
            age_of(booking.patient_id, booking.starts_at.date()),
        ),
        set_version=book().version,
        clinic_day=booking.starts_at.date(),
        asked_at=clock.now(),
    )


def _link(held: Sheet, booking: Telling) -> str:
    reference = links.issue(
        "questions",
        subject_id=booking.id,
        expires_at=booking.ends_at + LINK_STANDS,
        site_id=held.site_id,
    )
    return settings.QUESTIONS_LINK.format(reference=reference)


def _words(link: str) -> Localized:
    said = {}
    for language, locale in ((CHINESE, "zh-hans"), (ENGLISH, "en")):
        with translation.override(locale):
            said[language] = str(_SENTENCE) % {"link": link}
    return Localized(said)
