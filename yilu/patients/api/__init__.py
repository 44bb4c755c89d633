"""Patients over JSON."""

from yilu.patients.api.router import router

__all__ = ["router"]
