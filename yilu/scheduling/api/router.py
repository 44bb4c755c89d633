"""The one router of scheduling."""

from yilu.platform import api

router = api.Router(tags=["bookings"])
