"""Every address of the product, app by app."""

from django.urls import URLPattern, URLResolver, include, path

from yilu.config.api import api
from yilu.platform.web.health import healthz, metrics

handler400 = "yilu.platform.web.refusals.bad_request"
handler404 = "yilu.platform.web.refusals.not_found"
handler500 = "yilu.platform.web.refusals.bug"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("metrics", metrics),
    path("api/v1/", api.urls),
    path("", include("yilu.platform.web.urls")),
    path("", include("yilu.workspace.web.urls")),
    path("", include("yilu.portal.web.urls")),
    path("", include("yilu.catalogue.web.public_urls")),
    path("facility/", include("yilu.facility.web.urls")),
    path("workforce/", include("yilu.workforce.web.urls")),
    path("patients/", include("yilu.patients.web.urls")),
    path("catalogue/", include("yilu.catalogue.web.urls")),
    path("pathways/", include("yilu.pathways.web.urls")),
    path("messaging/", include("yilu.messaging.web.urls")),
    path("scheduling/", include("yilu.scheduling.web.urls")),
    path("visits/", include("yilu.visits.web.urls")),
    path("queueing/", include("yilu.queueing.web.urls")),
    path("prediction/", include("yilu.prediction.web.urls")),
    path("records/", include("yilu.records.web.urls")),
    path("clinical/", include("yilu.clinical.web.urls")),
    path("intake/", include("yilu.intake.web.urls")),
    path("dental/", include("yilu.dental.web.urls")),
    path("aesthetics/", include("yilu.aesthetics.web.urls")),
    path("examinations/", include("yilu.diagnostics.web.urls")),
    path("pharmacy/", include("yilu.pharmacy.web.urls")),
    path("billing/", include("yilu.billing.web.urls")),
    path("outbreak/", include("yilu.outbreak.web.urls")),
    path("reception/", include("yilu.reception.web.urls")),
    path("guiding/", include("yilu.guiding.web.urls")),
    path("aftercare/", include("yilu.aftercare.web.urls")),
    path("interop/", include("yilu.interop.web.urls")),
    path("", include("yilu.interop.web.public_urls")),
    path("insight/", include("yilu.insight.web.urls")),
    path("downtime/", include("yilu.downtime.web.urls")),
    path("kiosk/", include("yilu.kiosk.web.urls")),
    path("demo/", include("yilu.demo.web.urls")),
]
