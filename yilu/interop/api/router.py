"""The one router of interop: everything under `/api/v1/partner/` is signed."""

from yilu.interop.api.signed import Signed, recorded
from yilu.platform import api

router = api.Router(tags=["partner"], auth=Signed())
router.add_decorator(recorded, mode="view")
