"""Long work that failed: seen by who looks after the system, begun anew, or put away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yilu.platform import audit, given_up, jobs
from yilu.platform.actors import Actor
from yilu.platform.db import operation, rows
from yilu.platform.errors import DomainError
from yilu.platform.models import Job, JobState
from yilu.platform.permissions import KEEP

# What was done later, or is under way again, is no failure any more: a learning that failed
# tonight and is done tomorrow night needs nobody.
_FAILED = """
SELECT failed.id, failed.kind, failed.site_id, failed.arguments, failed.created_at,
       failed.finished_at, failed.result
FROM platform_job failed WHERE failed.state = 'failed' AND NOT EXISTS (
  SELECT FROM platform_job later
  WHERE later.kind = failed.kind AND later.arguments = failed.arguments
    AND later.site_id IS NOT DISTINCT FROM failed.site_id
    AND later.created_at > failed.created_at AND later.state IN ('waiting', 'running', 'done'))
"""
_LINES = f"""
SELECT (array_agg(id ORDER BY created_at DESC))[1] AS id, kind, count(*) AS number,
       max(finished_at) AS last_at,
       (array_agg(coalesce(result ->> 'why', '') ORDER BY created_at DESC))[1] AS why,
       (array_agg(coalesce(result ->> 'error', '') ORDER BY created_at DESC))[1] AS error
FROM ({_FAILED}) AS owed GROUP BY kind, site_id, arguments ORDER BY last_at DESC, id
"""  # noqa: S608 (of our own words alone)
_SAME = f"""
SELECT id FROM ({_FAILED}) AS owed
WHERE (kind, arguments) = (SELECT kind, arguments FROM platform_job WHERE id = %(id)s)
  AND site_id IS NOT DISTINCT FROM (SELECT site_id FROM platform_job WHERE id = %(id)s)
ORDER BY created_at DESC, id
"""  # noqa: S608 (of our own words alone)

REASONS = {
    "worker": _("The worker or the machine stopped in the middle of it."),
    "database": _("The database did not answer, or did not take what was to be written."),
    "memory": _("The machine had too little memory for it."),
    "outside": _("A file could not be used, or a connection failed."),
    "program": _("A mistake in the program; its place helps whoever mends it."),
}


@dataclass(frozen=True, slots=True)
class FailedJob:
    """Long work of one kind, asked for in the same way, that failed `number` times and was not
    done since. `error` is for whoever mends the code.
    """

    id: UUID
    kind: str
    number: int
    last_at: datetime
    why: str
    error: str

    @property
    def title(self) -> str:
        """What was to be done, in the reader's language."""
        return jobs.in_words(self.kind)

    @property
    def reason(self) -> str:
        """Why it was not, in the reader's language."""
        kind, _colon, code = self.why.partition(":")
        said = _refusal(code) if kind == "refused" else REASONS.get(kind)
        return str(said or REASONS["program"])

    @property
    def place(self) -> str:
        """Where in the program it failed, for whoever mends that."""
        return "" if self.why == "worker" else self.error

    @property
    def may_again(self) -> bool:
        """Whether it makes sense to begin it anew: some work ends for good when it fails."""
        known = jobs.kinds.get(self.kind)
        return known is not None and known.again


def failed_jobs(actor: Actor) -> list[FailedJob]:
    """What waits for a person, the newest first. One query. Raises: NotAllowed."""
    actor.require_anywhere(KEEP)
    return [FailedJob(**row) for row in rows(_LINES, {})]


def failed_count() -> int:
    """How many lines `failed_jobs` has. One query."""
    return len(rows(_LINES, {}))


@operation
def begin_again(actor: Actor, job_id: UUID | None = None) -> int:
    """Have long work that failed begun anew, with all its tries: one, or all that may be.

    Gives back how many. Raises: NotAllowed.
    """
    actor.require_anywhere(KEEP)
    wished = [one for one in failed_jobs(actor) if one.may_again and job_id in {None, one.id}]
    changed = 0
    for one in wished:
        number = _failed(one.id).update(
            state=JobState.WAITING, tries=0, alive_at=None, finished_at=None, result={},
            done=0, total=0, phase="", cancel_wished=False,
        )  # fmt: skip
        changed += number
        if number:
            _told(actor, "begun_again", one)
    return changed


@operation
def put_away(actor: Actor, job_id: UUID) -> int:
    """Let a failure rest, with all earlier ones of the same; gives back how many.

    Raises: NotAllowed.
    """
    actor.require_anywhere(KEEP)
    wished = next((one for one in failed_jobs(actor) if one.id == job_id), None)
    if wished is None:
        return 0
    same = [row["id"] for row in rows(_SAME, {"id": job_id})]
    number = _failed(*same).update(state=JobState.CANCELLED)
    if number:
        _told(actor, "put_away", wished)
    return number


def _failed(*job_ids: UUID) -> QuerySet[Job]:
    return Job.objects.filter(pk__in=job_ids, state=JobState.FAILED)


def _told(actor: Actor, deed: str, job: FailedJob) -> None:
    """Keep who did what about it, and have open pages look again."""
    audit.record_plain(actor, f"platform.job.{deed}", kind=job.kind, job=str(job.id))
    given_up.tell_pages()


def _refusal(code: str) -> object | None:
    """What a refusal says, if it can be said without what it was about."""
    for kind in _kinds_of(DomainError):
        if kind.code == code and "%(" not in str(kind.message):
            return kind.message
    return None


def _kinds_of(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _kinds_of(one)
