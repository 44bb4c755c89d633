"""What the web processes count about themselves. Names of people and paths are never labels."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("yilu_requests", "Requests answered", ["method", "status"])
SECONDS = Histogram(
    "yilu_request_seconds",
    "From the question's arrival to its answer",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
INSIDE = Gauge("yilu_requests_inside", "Requests waiting or worked on", multiprocess_mode="livesum")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count(method: str, status: int, seconds: float) -> None:
    """Note one answered request."""
    REQUESTS.labels(method if method in METHODS else "other", str(status)).inc()
    SECONDS.observe(seconds)
