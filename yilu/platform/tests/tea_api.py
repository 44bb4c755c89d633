"""A small API with which the kit is tried: cups of tea, kept as counters."""

from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import path
from ninja import Query

from yilu.platform import api, numbers
from yilu.platform.api.build import make_api
from yilu.platform.db import check_version
from yilu.platform.errors import Conflict

router = api.Router(tags=["tea"])
SHANGHAI = ZoneInfo("Asia/Shanghai")


class CupIn(api.Shape):
    kind: api.Line
    sugar: api.Whole = 0
    note: api.Note | None = None
    at: api.Instant | None = None
    tip: api.Amount | None = None


class CupOut(api.Shape):
    number: int
    kind: str
    at: datetime | None


class TeaIsOut(Conflict):
    code = "tea_is_out"
    message = "There is no tea left."

    def members(self) -> dict[str, object]:
        return {"alternatives": ["coffee"]}


class Cup:
    version = 3


@router.get("/cups", response=api.Listed[int])
def cups(
    request: api.ApiRequest,
    cursor: api.Cursor = None,
    limit: api.Limit = 50,
    kind: Annotated[str, Query(max_length=20)] = "",
) -> HttpResponse:
    (after,) = api.position(cursor, int) or (0,)
    rows = list(range(after + 1, min(after + 1 + limit + 1, 11)))
    return api.answer(api.listed(rows, limit, show=lambda n: n, key=lambda n: (n,)))


@router.get("/cups/{cup_id}", response=CupOut)
def cup(request: api.ApiRequest, cup_id: UUID) -> HttpResponse:
    request.actor.require_anywhere("tea.see")
    return api.answer(CupOut(number=1, kind="green", at=None), version=7)


@router.post("/cups", response={201: CupOut})
@api.idempotent
def pour(request: api.ApiRequest, cup: CupIn) -> HttpResponse:
    if cup.kind == "none":
        numbers.take("tea")
        raise TeaIsOut
    at = api.in_zone(cup.at, SHANGHAI) if cup.at else None
    shown = CupOut(number=numbers.take("tea"), kind=cup.kind, at=at)
    return api.answer(shown, status=201, version=1, location=f"/api/v1/cups/{shown.number}")


@router.post("/cups/{cup_id}/drink", response={204: None})
@api.idempotent
def drink(request: api.ApiRequest, cup_id: UUID, version: api.IfMatch = None) -> HttpResponse:
    check_version(Cup, version)
    return api.nothing()


@router.get("/broken", response=CupOut)
def broken(request: api.ApiRequest) -> HttpResponse:
    raise RuntimeError("a bug")


handler404 = "yilu.platform.web.refusals.not_found"
handler500 = "yilu.platform.web.refusals.bug"
urlpatterns = [path("api/v1/", make_api([__name__]).urls)]
