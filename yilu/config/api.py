"""The JSON API: every app's router, under `/api/v1/`."""

from yilu.platform.api.build import make_api

# One line for each app that offers something over JSON.
ROUTERS: list[str] = [
    "yilu.facility.api.router",
    "yilu.patients.api.router",
    "yilu.messaging.api.router",
    "yilu.catalogue.api.router",
    "yilu.queueing.api.router",
    "yilu.billing.api.router",
    "yilu.reception.api.router",
    "yilu.scheduling.api.router",
    "yilu.portal.api.router",
    "yilu.interop.api.router",
    "yilu.interop.api.telephone",
]

api = make_api(ROUTERS)
