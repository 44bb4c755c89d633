"""Where the database is, and as whom we speak to it."""

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from yilu.platform.running.places import Home

APP_ROLE = "yilu_app"
# Longer than any deed needs; a report uses its own connection.
TIME_OUTS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    # Only the statements of the hot paths are prepared, and they are written for one plan.
    "plan_cache_mode": "force_generic_plan",
}


def from_environment(home: Home) -> dict[str, Any]:
    """Settings of the one database: `DATABASE_URL`, or the embedded server's socket.

    With `YILU_DB_ROLE=owner` the connection keeps the owner's rights and no time-outs, for
    migrations and set-up; everything else works as the narrow role of the application.
    """
    place = _own(os.environ["DATABASE_URL"]) if os.environ.get("DATABASE_URL") else _embedded(home)
    options = {
        **place.pop("OPTIONS", {}),
        "options": _session(),
        "connect_timeout": 3,
        "application_name": "yilu",
    }
    return {
        "ENGINE": "yilu.platform.postgres",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        **place,
    }


def _session() -> str:
    schema = os.environ.get("YILU_SCHEMA", "public")
    wanted = {"search_path": schema, "timezone": "UTC"}
    if os.environ.get("YILU_DB_ROLE") != "owner":
        wanted |= {"role": APP_ROLE, **TIME_OUTS}
    return " ".join(f"-c {name}={value}" for name, value in wanted.items())


def _own(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "OPTIONS": query,
    }


def _embedded(home: Home) -> dict[str, Any]:
    return {"NAME": "yilu", "USER": "yilu", "HOST": str(home.socket_folder), "PORT": "5432"}
