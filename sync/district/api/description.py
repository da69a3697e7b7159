"""The wire's messages for ``/openapi.json``: the types that ``sync.protocol`` reads, and a few that only the district
writes.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from msgspec import Struct

from sync.protocol.batch import AnswerBody, BatchBody
from sync.protocol.enrolment import Enrolment, Welcome
from sync.protocol.fields import CountOrNone, Object, Text, schemas_of
from sync.protocol.key_rotation import KeyRotation, RotationResponse
from sync.protocol.message import VERSION
from sync.protocol.snapshot import DistrictAddress, KioskSettings, Placement, SealingKey


class SnapshotBody(Struct, frozen=True):
    """Reference data changed since the cursor: rows by table, without their null fields."""

    generated_at: Text
    cursor: Text
    more: bool
    full: bool
    rows: dict[str, list[Object]]
    sealing_key: SealingKey | None = None
    roll_key: bool = False
    revision: CountOrNone | None = None
    placement: Placement | None = None
    address: DistrictAddress | None = None
    retired: bool = False
    settings: KioskSettings | None = None


class Health(Struct, frozen=True):
    """The district is there, and which wire version it speaks."""

    status: Text
    time: Text


class ProblemDetail(Struct, frozen=True):
    """An error (RFC 9457). ``type`` is stable and for machines, ``detail`` is for a technician."""

    type: Text
    title: Text
    status: int
    detail: Text


MESSAGES: Sequence[type[Struct]] = (
    BatchBody,
    AnswerBody,
    Enrolment,
    Welcome,
    KeyRotation,
    RotationResponse,
    SnapshotBody,
    Health,
)

Responses = dict[int | str, dict[str, Any]]

_PLACE = "#/components/schemas/{name}"


def problems(*statuses: int) -> Responses:
    """The OpenAPI entries for errors with these statuses."""
    media = {"application/problem+json": _schema(ProblemDetail)}
    return {status: {"description": "Problem", "content": media} for status in statuses}


def answered(message: type[Struct]) -> Responses:
    """The OpenAPI entry for the answer to what succeeded."""
    return {200: {"description": "Successful Response", "content": {"application/json": _schema(message)}}}


def request_body(message: type[Struct]) -> dict[str, Any]:
    """The OpenAPI entry for a body we read ourselves."""
    return {"requestBody": {"required": True, "content": {"application/json": _schema(message)}}}


def describe(app: FastAPI) -> dict[str, Any]:
    """The application's OpenAPI description, with the bodies that FastAPI does not see."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schema.setdefault("components", {}).setdefault("schemas", {}).update(_components())
        app.openapi_schema = schema
    return app.openapi_schema


def _components() -> dict[str, Any]:
    """The schemas by name. Every message says which version of the wire it is of; its type does not have to."""
    found = schemas_of([*MESSAGES, ProblemDetail], _PLACE)
    for message in MESSAGES:
        described = found[message.__name__]
        described["properties"] = {"v": {"type": "integer", "const": VERSION}, **described["properties"]}
        described["required"] = ["v", *described["required"]]
    return found


def _schema(message: type[Struct]) -> dict[str, Any]:
    return {"schema": {"$ref": _PLACE.format(name=message.__name__)}}
