"""Who plays: the staff of each post with their tokens and sessions, and the patients' one phone."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from threading import RLock
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

from yilu.demo.selectors.presence import VIRTUAL
from yilu.platform import clock
from yilu.platform.access import new_bearer, new_token
from yilu.platform.actors import Actor
from yilu.workforce.selectors.practitioners import practitioners
from yilu.workforce.selectors.staff import holders_of

POSTS = ("front_desk", "guide", "nurse", "laboratory", "cashier", "pharmacist", "care")
LASTS = timedelta(days=14)
TOKEN_NAME = "virtual"  # noqa: S105 (its name, not itself)
# What a patient's phone may ask for: the product's public side, by one partner's token.
PHONE = (
    "scheduling.see",
    "scheduling.book",
    "scheduling.change",
    "patients.see",
    "patients.register",
    "reception.check_in",
    "billing.see",
    "billing.take_payment",
)


@dataclass
class Crew:
    """The players of one clinic. Tokens and sessions are made when first needed."""

    actor: Actor
    _posts: dict[tuple[str, UUID], list[UUID]] = field(default_factory=dict)
    _doctors: dict[UUID, UUID] = field(default_factory=dict)
    _here: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    _tokens: dict[UUID, str] = field(default_factory=dict)
    _sessions: dict[UUID, str] = field(default_factory=dict)
    _phone: str = ""
    _lock: RLock = field(default_factory=RLock)

    def gather(self, site_ids: list[UUID], day: date) -> None:
        """Learn who holds which post today. Five queries for each site."""
        for site_id in site_ids:
            for post in POSTS:
                self._posts[post, site_id] = holders_of(post, site_id, day)
            doctors = [one for one in practitioners(site_id) if one.user_id is not None]
            self._here[site_id] = tuple(one.id for one in doctors)
            for one in doctors:
                self._doctors[one.id] = one.user_id

    def at(self, post: str, site_id: UUID, n: int = 0) -> UUID | None:
        """The n-th who holds a post at a site; None when nobody does."""
        held = self._posts.get((post, site_id), [])
        return held[n % len(held)] if held else None

    def doctor(self, practitioner_id: UUID) -> UUID | None:
        """The user behind a practitioner."""
        return self._doctors.get(practitioner_id)

    def doctors_at(self, site_id: UUID) -> tuple[UUID, ...]:
        """The practitioners of a site."""
        return self._here.get(site_id, ())

    def holders(self, post: str, site_id: UUID) -> frozenset[UUID]:
        """Everybody who holds a post at a site."""
        return frozenset(self._posts.get((post, site_id), ()))

    def phone(self) -> str:
        """The token behind the patients' phones."""
        with self._lock:
            if not self._phone:
                self._phone = new_bearer(
                    self.actor, "partner", TOKEN_NAME, permissions=PHONE, sites=[]
                )
            return self._phone

    def token(self, user_id: UUID) -> str:
        """A member of staff's token for the API."""
        with self._lock:
            if user_id not in self._tokens:
                until = clock.machine_now() + LASTS
                self._tokens[user_id] = new_token(_user(user_id), TOKEN_NAME, expires_at=until)
            return self._tokens[user_id]

    def session(self, user_id: UUID) -> str:
        """A member of staff's session for pages, marked as a player's."""
        with self._lock:
            if user_id not in self._sessions:
                self._sessions[user_id] = _session(_user(user_id))
            return self._sessions[user_id]

    def forget(self) -> None:
        """Make tokens and sessions anew: those we have open nothing any more."""
        with self._lock:
            self._tokens.clear()
            self._sessions.clear()
            self._phone = ""


def _user(user_id: UUID) -> Any:
    return get_user_model().objects.get(pk=user_id)


def _session(user: Any) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[VIRTUAL] = True
    store.set_expiry(int(LASTS.total_seconds()))
    store.create()
    return str(store.session_key)
