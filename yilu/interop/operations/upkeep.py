"""Taking away what nobody needs any more."""

from datetime import timedelta

from yilu.interop.models import Nonce, PartnerRequest
from yilu.platform import clock

NONCES, REQUESTS = timedelta(minutes=15), timedelta(days=30)


def sweep() -> int:
    """Forget nonces whose requests are too old anyhow, and requests of a month ago. Two queries.

    Returns how many rows.
    """
    nonces, _ = Nonce.objects.filter(created_at__lt=clock.machine_now() - NONCES).delete()
    requests, _ = PartnerRequest.objects.filter(at__lt=clock.now() - REQUESTS).delete()
    return nonces + requests
