"""The bodies of the wire as pydantic models, for ``/openapi.json``. ``sync.protocol.batch`` is what really reads and
writes them; a test holds these to what it does."""

from typing import Annotated, Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from kiosk.domain.receipt import FIRST_BOX, LAST_BOX
from sync.protocol.batch import MOST_ENTRIES

Version = Literal[1]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Word = Annotated[str, Field(pattern=r"^[\x20-\x7e]{0,64}$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Base64 = Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]
Count = Annotated[int, Field(ge=1, lt=2**53)]
CountOrNone = Annotated[int, Field(ge=0, lt=2**53)]


def _column(item: Any) -> Any:
    return Annotated[list[item], Field(min_length=1, max_length=MOST_ENTRIES)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class EntryColumns(_Body):
    """The entries of a batch, column by column; every column has the same length."""

    type: _column(Word)  # type: ignore[valid-type]
    day: _column(Word)  # type: ignore[valid-type]
    key_id: _column(Word)  # type: ignore[valid-type]
    entry_id: _column(Word)  # type: ignore[valid-type]
    sealed: _column(Base64)  # type: ignore[valid-type]


class SignedHead(_Body):
    """The last position of the run, its hash, and the device's Ed25519 signature."""

    seq: Count
    hash: Hash
    signature: Base64


class Batch(BaseModel):
    """A run of consecutive entries of one epoch, compressed with gzip."""

    model_config = ConfigDict(strict=True)

    v: Version
    device_id: Name
    epoch: Count
    first_seq: Count
    previous: Hash
    entries: EntryColumns
    head: SignedHead
    health: dict[str, Any]


class Receipt(_Body):
    """The district holds every position of the epoch up to ``seq``; signed with its Ed25519 receipt key."""

    device_id: Name
    epoch: Count
    seq: CountOrNone
    hash: Hash
    received_at: str
    signature: Base64


class Answer(_Body):
    """Runs of ``[count, status, reason]`` in the order of the entries, and the receipt."""

    v: Version
    results: list[tuple[int, Literal["stored", "duplicate", "conflict", "refused"], str]]
    receipt: Receipt | None
    latest_epoch: CountOrNone
    latest_seq: CountOrNone
    signature: Base64
    pause_s: CountOrNone = 0


Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9 ._-]{1,64}$")]


class Enrolment(BaseModel):
    """A one-time code and the box's Ed25519 public key (32 bytes)."""

    model_config = ConfigDict(strict=True)

    v: Version
    code: Code
    public_key: Base64
    software: Word


class Welcome(_Body):
    """Who the box now is, its token, and the district's public keys."""

    v: Version
    device_id: Name
    token: Name
    unit_id: Name
    counter_id: Name | None
    sealing_public_key: Base64
    receipt_public_key: Base64
    box_number: Annotated[int, Field(ge=FIRST_BOX, le=LAST_BOX)]


class Succession(BaseModel):
    """A device's next Ed25519 public key and the SHA-256 of its next token, signed by the old key and by the new."""

    model_config = ConfigDict(strict=True)

    v: Version
    device_id: Name
    public_key: Base64
    token_hash: Base64
    signature: Base64
    proof: Base64


class Taken(_Body):
    """The device's next key is in force."""

    v: Version
    device_id: Name


class SealingKey(_Body):
    """The X25519 key to which boxes seal, the district's ``number``-th, signed with its receipt key."""

    number: Count
    public_key: Base64
    signature: Base64


class Page(_Body):
    """Reference data changed since the cursor: rows by table, without their null fields."""

    v: Version
    generated_at: str
    cursor: str
    more: bool
    full: bool
    rows: dict[str, list[dict[str, Any]]]
    sealing_key: SealingKey | None = None
    roll_key: bool = False


class Health(_Body):
    """The district is there, and which wire version it speaks."""

    v: Version
    status: Literal["ok"]
    time: str


class ProblemDetail(_Body):
    """An error (RFC 9457). ``type`` is stable and for machines, ``detail`` is for a technician."""

    type: str
    title: str
    status: int
    detail: str


REQUESTS: tuple[type[BaseModel], ...] = (Batch, Enrolment, Succession)

Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int) -> Responses:
    """The OpenAPI entries for errors with these statuses."""
    media = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetail"}}}
    return {status: {"description": "Problem", "content": media} for status in statuses}


def request_body(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI entry for a body we read ourselves."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def describe(app: FastAPI) -> dict[str, Any]:
    """The application's OpenAPI description, with the bodies that FastAPI does not see."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        wanted = [(model, "validation") for model in (*REQUESTS, ProblemDetail)]
        _, models = models_json_schema(wanted, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
        schema.setdefault("components", {}).setdefault("schemas", {}).update(models["$defs"])
        app.openapi_schema = schema
    return app.openapi_schema
