"""Messages over JSON: what providers call back."""

from yilu.messaging.api.router import router

__all__ = ["router"]
