"""The signed patient context: every form says for whom it was made, and cannot say otherwise."""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from yilu.clinical.errors import WrongPatient
from yilu.clinical.selectors.context import Setting, is_of, setting
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest

FIELD = "context"
SALT = "clinical.context"


def context_of(where: Setting) -> str:
    """What a form about this visit carries."""
    return Signer(salt=SALT).sign(f"{where.patient_id}:{where.visit_id}")


def check_context(request: HttpRequest, where: Setting) -> None:
    """Refuse a form that was made for another patient or visit, or for none.

    Raises: WrongPatient.
    """
    try:
        meant = Signer(salt=SALT).unsign(request.POST.get(FIELD, ""))
    except BadSignature:
        raise WrongPatient from None
    if meant != f"{where.patient_id}:{where.visit_id}":
        raise WrongPatient


def opened(request: ActorRequest, visit_id: UUID, **rows: UUID) -> Setting:
    """The visit a form is sent to, once the form has proved to be meant for it.

    `rows` are what it changes, by kind, such as `allergy=…`; each is to be of the same patient.
    Two queries, and one for each row.

    Raises: WrongPatient; NotFound for a row of another patient.
    """
    where = setting(request.actor, visit_id)
    check_context(request, where)
    for kind, row_id in rows.items():
        if not is_of(kind, row_id, where.patient_id):
            raise NotFound
    return where
