"""The one API object: strict parsing, problems as answers, and a true description of both."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser

from yilu.platform.api.description import complete
from yilu.platform.api.tokens import Bearer
from yilu.platform.decoder import WrongMediaType, read_json
from yilu.platform.errors import BadRequest, DomainError, FieldError, Invalid, NotFound, NotSignedIn
from yilu.platform.problems import as_refusal, problem

DESCRIPTION = (
    "Names are snake_case, keys are UUIDs, instants RFC 3339 with the offset of the site. "
    "Every refusal is application/problem+json with a code that never changes."
)


_OTHER = _("This is not something that can be.")
_SENTENCES = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is no such field."),
    "string_too_long": _("This is too long."),
}


class StrictParser(Parser):
    """Reads bodies with the strict decoder, and knows JSON only."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise WrongMediaType
        return cast("dict[str, Any]", read_json(request.body))

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        return {name: data.getlist(name) if name in list_fields else data[name] for name in data}


class Api(NinjaAPI):
    """Ninja, with our parser, our refusals and a description that says so."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        complete(schema)
        return schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def make_api(routers: Iterable[str]) -> Api:
    """The API made of the `router` of each of these modules."""
    api = Api(
        title="Yilu",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        auth=Bearer(),
        parser=StrictParser(),
        urls_namespace="api",
    )
    api.add_exception_handler(Exception, _any_error)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(AuthenticationError, lambda *_: problem(NotSignedIn()))
    api.add_exception_handler(ValidationError, _validation_error)
    api.add_exception_handler(Http404, lambda *_: problem(NotFound()))
    for path in routers:
        api.add_router("", import_module(path).router)
    return api


def _any_error(request: HttpRequest, error: Any) -> HttpResponse:
    refused = as_refusal(error)
    if refused is None:
        raise error
    return problem(refused)


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    cause = as_refusal(error.__cause__) if isinstance(error.__cause__, Exception) else None
    return problem(cause or BadRequest())


def _validation_error(request: HttpRequest, error: Any) -> HttpResponse:
    """What ninja found wrong. A key in the path that cannot be one leads nowhere."""
    places = {one["loc"][0] for one in error.errors}
    if "path" in places:
        return problem(NotFound())
    fields = [_field(one) for one in error.errors]
    refused: DomainError = Invalid(*fields)
    if places == {"header"}:
        refused = BadRequest()
    return problem(refused)


def _field(found: dict[str, Any]) -> FieldError:
    # The first word is the place (body, query), the second of a body is the view's own name for it.
    skip = 2 if found["loc"][0] == "body" else 1
    name = ".".join(str(part) for part in found["loc"][skip:])
    return FieldError(field=name, code=found["type"], message=_sentence(found["type"]))


def _sentence(kind: str) -> str:
    return str(_SENTENCES.get(kind, _OTHER))
