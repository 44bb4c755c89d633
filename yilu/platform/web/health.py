"""`/healthz` and `/metrics`: for monitors, not for people."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from yilu.platform import health

LOOPBACK = ("127.", "::1", "::ffff:127.")
BY_PROXY = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


@require_safe
def healthz(request: HttpRequest) -> HttpResponseBase:
    """`ok` or `not ok` to anyone; what is wrong only to this machine or a holder of the token."""
    checks = health.checks()
    is_well = all(check.ok for check in checks)
    status = 200 if is_well else 503
    if not _may_see_details(request):
        return HttpResponse("ok" if is_well else "not ok", status=status, content_type="text/plain")
    return JsonResponse({"ok": is_well, "checks": [asdict(c) for c in checks]}, status=status)


@require_safe
def metrics(request: HttpRequest) -> HttpResponseBase:
    """Figures in Prometheus' format, from all web processes and from the database."""
    if not _may_see_details(request):
        raise Http404
    shared = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    registry = CollectorRegistry() if shared else REGISTRY
    if shared:
        _forget_the_dead(Path(shared))
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    stored = CollectorRegistry()
    stored.register(_Stored())
    body = generate_latest(registry) + generate_latest(stored)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)


def _may_see_details(request: HttpRequest) -> bool:
    """Whether the caller is on this very machine, not behind a proxy on it, or has the token."""
    token = os.environ.get("YILU_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "")
    if token and secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    is_forwarded = any(name in request.headers for name in BY_PROXY)
    return not is_forwarded and request.META.get("REMOTE_ADDR", "").startswith(LOOPBACK)


def _forget_the_dead(folder: Path) -> None:
    """What a process that is gone had in hand is in hand no more; what it counted stays."""
    for figures in folder.glob("gauge_live*_*.db"):
        if not Path(f"/proc/{figures.stem.rsplit('_', 1)[1]}").exists():
            figures.unlink(missing_ok=True)


class _Stored(Collector):
    """What only the database knows. Three queries a scrape; nothing when it is away."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The figures of now."""
        yield GaugeMetricFamily("yilu_disk_ok", "Room on the disk", float(health.disk().ok))
        try:
            owed, dead = health.backlog(), health.given_up()
        except DatabaseError:
            yield GaugeMetricFamily("yilu_database_ok", "The database answers", 0)
            return
        yield GaugeMetricFamily("yilu_database_ok", "The database answers", 1)
        yield GaugeMetricFamily("yilu_database_connections", "Open", owed.connections)
        yield GaugeMetricFamily("yilu_deliveries_waiting", "Events owed", owed.deliveries)
        yield GaugeMetricFamily("yilu_deliveries_dead", "Events given up", dead.deliveries)
        yield GaugeMetricFamily("yilu_delivery_lag_seconds", "Oldest", owed.lag_seconds)
        if owed.silence_seconds is not None:
            yield GaugeMetricFamily("yilu_worker_silence_seconds", "Sign", owed.silence_seconds)
        yield GaugeMetricFamily("yilu_timers_due", "Timers due and not done", owed.timers)
        yield GaugeMetricFamily("yilu_timers_dead", "Timers given up", dead.timers)
        yield GaugeMetricFamily("yilu_jobs_open", "Long jobs waiting or running", owed.jobs)
        yield GaugeMetricFamily("yilu_jobs_failed", "Long jobs failed, not done since", dead.jobs)
