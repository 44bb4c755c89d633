"""Where gateways tell us what was paid."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yilu.billing.errors import NoticeRefused
from yilu.billing.operations.notices import hear_notice
from yilu.billing.operations.payments import GATEWAY
from yilu.platform.errors import NotFound


@csrf_exempt  # The gateway's signature stands in for the form's guard.
@require_POST
def wechatpay(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """Hear a notice of WeChat Pay. 204 only once what it tells is kept."""
    try:
        hear_notice(actor=GATEWAY, site_id=site_id, headers=request.headers, body=request.body)
    except NoticeRefused as refused:
        return JsonResponse({"code": "FAIL", "message": refused.code}, status=401)
    except NotFound as refused:
        return JsonResponse({"code": "FAIL", "message": refused.code}, status=404)
    return HttpResponse(status=204)
