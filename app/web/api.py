"""The same work by machine: validation, OpenAPI and problem documents (RFC 9457) for /api/v1."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.json.provider import DefaultJSONProvider
from pydantic import BaseModel, ConfigDict
from spectree import Response as Answers
from spectree import SecurityScheme, SpecTree
from spectree.model_adapter.protocol import SchemaMode
from spectree.model_adapter.pydantic_adapter import PydanticModelAdapter
from spectree.models import InType, SecureType, SecuritySchemeData
from spectree.response import DEFAULT_CODE_DESC

from app.errors import Invalid, WrongType
from app.i18n import _
from app.web.access import api_open
from app.web.error_texts import sentence_for

F = TypeVar("F", bound=Callable[..., Any])
Described = dict[str, Any]
PROBLEM_TYPE = "application/problem+json"
DEFAULT_CODE_DESC["HTTP_460"] = "Checksum Mismatch"  # Of tus alone; the library knows those of HTTP.
REFUSALS = (400, 401, 403, 404, 422, 429)


class Refusal(BaseModel):
    """One field that was refused, and why."""

    field: str
    sentence: str


class Problem(BaseModel):
    """What went wrong, as RFC 9457 says it."""

    model_config = ConfigDict(json_schema_extra={"description": "RFC 9457 problem document"})
    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    errors: list[Refusal] = []


class In(BaseModel):
    """Base of what comes in: unknown fields are refused, numbers stay finite unless a rule says so itself."""

    model_config = ConfigDict(extra="forbid")


def _refuse_invalid(_request: Any, _response: Any, error: Any, _instance: Any, _adapter: Any) -> None:
    if error is not None:
        raise Invalid(fields={".".join(map(str, e["loc"])) or "body": sentence_for(e) for e in error.errors()})


class Schemas(PydanticModelAdapter):
    """Describes each model once: every operation names the same refusals, and a description takes milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self._described: dict[Any, dict[str, Any]] = {}

    def json_schema(self, model: type[Any], ref_template: str, mode: SchemaMode = "validation") -> dict[str, Any]:
        key = (model, ref_template, mode)
        if key not in self._described:
            self._described[key] = super().json_schema(model=model, ref_template=ref_template, mode=mode)
        return self._described[key]


spec = SpecTree(
    "flask",
    model_adapter=Schemas(),  # type: ignore[arg-type]  # its own protocol names a wider exception
    title="Learning server",
    version="v1",
    path="api/v1/openapi",  # Everything below this prefix is left out of the description: itself only.
    mode="strict",
    before=_refuse_invalid,
    validation_error_model=Problem,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    security_schemes=[
        SecurityScheme(name="token", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")),
        SecurityScheme(
            name="session", data=SecuritySchemeData(type=SecureType.API_KEY, name="session", field_in=InType.COOKIE)
        ),
    ],
    security=[{"token": []}, {"session": []}],
)
bp = Blueprint("api", __name__, url_prefix="/api/v1")
bp.before_request(api_open)


def validate(
    answers: Mapping[int, type[BaseModel] | None],
    *,
    json: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    tags: tuple[str, ...] = (),
    headers: Sequence[Described] = (),
) -> Callable[[F], F]:
    """Check what comes in, say in OpenAPI what goes out. The refusals that any operation can meet are added.

    `headers` (of `header`) are described only: the door reads them itself.
    """
    refusals = (*REFUSALS, 413, 415) if json else REFUSALS
    documented: dict[str, Any] = {f"HTTP_{status}": Problem for status in refusals}
    documented |= {f"HTTP_{status}": model for status, model in answers.items()}
    checked = spec.validate(json=json, query=query, resp=Answers(**documented), tags=tags)

    def mark(view: F) -> F:
        marked: Any = _json_alone(checked(view)) if json else checked(view)
        marked.headers_described = headers
        return cast(F, marked)

    return mark


def header(name: str, schema: Described, *, required: bool = True) -> Described:
    """The description of a header that an operation reads."""
    return {"name": name, "in": "header", "required": required, "schema": schema}


def problem(status: int, title: str, detail: str | None = None, fields: Mapping[str, Any] | None = None) -> Response:
    """A problem document as an answer."""
    errors = [{"field": name, "sentence": str(sentence)} for name, sentence in (fields or {}).items()]
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": errors}
    response = jsonify(body)
    response.status_code = status
    response.mimetype = PROBLEM_TYPE
    return response


@bp.get("/openapi.json")
def openapi() -> Response:
    """This description."""
    described = deepcopy(spec.spec)
    for operations in described["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                _say_problem_type(answer)
    for rule in current_app.url_map.iter_rules():
        headers = getattr(current_app.view_functions[rule.endpoint], "headers_described", ())
        for method in rule.methods or ():
            operation = described["paths"].get(rule.rule.replace("<", "{").replace(">", "}"), {}).get(method.lower())
            if operation is not None:
                operation["parameters"] = [*operation.get("parameters", ()), *headers]
    return jsonify(described)


class Json(DefaultJSONProvider):
    """JSON as Flask reads it; what is nested too deeply is malformed like any other."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def init_app(app: Flask) -> None:
    """Describe the operations of this app."""
    app.json = Json(app)
    spec.app = app
    app.register_blueprint(bp)


def _json_alone(view: Callable[..., Any]) -> Callable[..., Any]:
    """The validator takes what it cannot read for an empty object."""

    @wraps(view)
    def guarded(*args: Any, **named: Any) -> Any:
        if not request.is_json:
            raise WrongType
        if not isinstance(request.get_json(), dict):
            raise Invalid(fields={"body": _("A JSON object is expected here.")})
        return view(*args, **named)

    return guarded


def _say_problem_type(answer: dict[str, Any]) -> None:
    content = answer.get("content", {})
    if content.get("application/json", {}).get("schema", {}).get("$ref", "").endswith("/Problem"):
        content[PROBLEM_TYPE] = content.pop("application/json")
