"""Routes of the wire (``sync.protocol.batch``): enrolment, batches, snapshot, health."""

import gzip
import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from msgspec.structs import replace

from sync.district.api import description as d
from sync.district.api.networks import Allowances, Visitors
from sync.district.api.pressure import Pressure
from sync.district.api.problem import Problem
from sync.district.api.release_routes import add_releases
from sync.district.api.request import (
    Authenticate,
    Credentials,
    Remembered,
    authentication,
    read_body,
    revoked,
    unknown_token,
)
from sync.district.domain.anomaly import MEANING, AnomalyKind
from sync.district.fleet.changing import note_move_known
from sync.district.fleet.enrolment import CodeRefused, enrol
from sync.district.fleet.rolling import RotationRefused, rotate
from sync.district.ingest.accept import BatchRefused, DeviceRevoked, TokenReplaced, accept
from sync.district.keys.files import token_hash
from sync.district.reference.snapshot import etag, page
from sync.district.services import Services
from sync.district.store.devices import Device, NoNumberLeft, note_contact
from sync.district.store.engine import reading
from sync.district.store.revisions import newest_revision
from sync.district.times import rfc3339
from sync.protocol.batch import AnswerBody, BatchBody, decode_batch, encode_response
from sync.protocol.enrolment import Enrolment, Welcome
from sync.protocol.fields import Malformed
from sync.protocol.key_rotation import KeyRotation, RotationResponse
from sync.protocol.message import MAX_BODY_BYTES, VERSION, UnknownVersion
from sync.protocol.snapshot import encode_page

MAX_ENROLMENT_BYTES = 16_384

_GZIP_HEADER = {
    "parameters": [
        {"name": "Content-Encoding", "in": "header", "required": True, "schema": {"type": "string", "enum": ["gzip"]}}
    ]
}


def router(services: Services) -> APIRouter:
    """The routes of the wire."""
    routes = APIRouter(prefix="/v1")
    device_of = authentication(services)
    _add_health(routes, services)
    pressure, strangers = Pressure(services.engine, services.settings.limits), _strangers(services)
    _add_devices(routes, services, strangers)
    _add_batches(routes, services, pressure, Remembered(device_of), strangers)
    _add_snapshot(routes, services, pressure, device_of)
    add_releases(routes, services, pressure.admit, device_of)
    return routes


def _strangers(services: Services) -> Callable[[Request], None]:
    """Counts a request of somebody whom no token vouches for. What it returns raises ``Problem`` 429."""
    visitors = Visitors(services.settings.proxies)
    allowances = Allowances(services.settings.limits.strangers_minute)
    return lambda request: allowances.admit(visitors.address_of(request))


def _add_health(routes: APIRouter, services: Services) -> None:
    @routes.get("/health", responses=d.answered(d.Health) | d.problems(503))
    def health() -> Response:
        """Whether the district is there and its database answers."""
        with reading(services.engine) as connection:
            newest_revision(connection)
        return JSONResponse({"v": VERSION, "status": "ok", "time": rfc3339(services.now())})


def _add_devices(routes: APIRouter, services: Services, strangers: Callable[[Request], None]) -> None:
    @routes.post(
        "/enrolment",
        responses=d.answered(Welcome) | d.problems(400, 403, 408, 409, 413, 415, 429, 503),
        openapi_extra=d.request_body(Enrolment),
    )
    async def enrolment(request: Request) -> Response:
        """Makes a box with a one-time code a device. The same code and public key may ask again."""
        strangers(request)
        body = await read_body(request, MAX_ENROLMENT_BYTES)
        return await run_in_threadpool(_enrol, services, body)

    @routes.post(
        "/device-key",
        responses=d.answered(RotationResponse) | d.problems(400, 403, 408, 409, 413, 415, 429, 503),
        openapi_extra=d.request_body(KeyRotation),
    )
    async def device_key(request: Request) -> Response:
        """Puts a device's next key in force: named by the key before it. The same request may come again."""
        strangers(request)
        body = await read_body(request, MAX_ENROLMENT_BYTES)
        return await run_in_threadpool(_rotate_key, services, body)


def _add_batches(
    routes: APIRouter,
    services: Services,
    pressure: Pressure,
    remembered: Remembered,
    strangers: Callable[[Request], None],
) -> None:
    @routes.post(
        "/batches",
        responses=d.answered(AnswerBody) | d.problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
        openapi_extra=d.request_body(BatchBody) | _GZIP_HEADER,
    )
    async def batches(request: Request, credentials: Credentials) -> Response:
        """Keeps a run of entries and answers with a result for each and a signed receipt."""
        device = remembered.get(credentials)
        if device is None:
            strangers(request)
            device = await run_in_threadpool(remembered.look_up, credentials)
        pressure.admit(device.device_id)
        with pressure.body(device.device_id) as coming:
            body = await read_body(request, MAX_BODY_BYTES, encoding="gzip", grew=coming.grew)
            token = token_hash(credentials.credentials) if credentials else b""
            with pressure.request():
                try:
                    return await run_in_threadpool(_accept, services, pressure, device, token, body)
                except TokenReplaced as error:
                    remembered.forget(token)
                    raise unknown_token() from error


def _add_snapshot(routes: APIRouter, services: Services, pressure: Pressure, device_of: Authenticate) -> None:
    @routes.get(
        "/snapshot",
        responses=d.answered(d.SnapshotBody)
        | d.problems(400, 401, 403, 422, 429, 503)
        | {304: {"description": "Nothing has changed"}},
    )
    def snapshot(request: Request, device: Annotated[Device, Depends(device_of)], since: str = "") -> Response:
        """The next page of reference data; without a cursor, or with an unknown one, everything from the start."""
        pressure.admit(device.device_id)
        at = services.now()
        note_contact(services.engine, device, at)
        note_move_known(services, device, since, at)
        return _page_response(request, encode_page(page(services, device, since, at)))


def _enrol(services: Services, body: bytes) -> Response:
    try:
        welcome = enrol(services, Enrolment.decode(_json(body)))
    except Malformed as error:
        raise _malformed(error) from error
    except CodeRefused as error:
        detail = f"this enrolment code is {error}; ask the district for a new one ('district device code')"
        raise Problem(403, f"code-{error}", detail) from error
    except NoNumberLeft as error:
        raise Problem(403, "no-box-number", str(error)) from error
    return JSONResponse(welcome.encode(), headers={"Cache-Control": "no-store"})


def _rotate_key(services: Services, body: bytes) -> Response:
    try:
        rotation = KeyRotation.decode(_json(body))
        rotate(services, rotation)
    except Malformed as error:
        raise _malformed(error) from error
    except RotationRefused as error:
        if str(error) == "revoked":
            raise revoked() from error
        raise Problem(403, f"key-{error}", "the new key is not signed by the key this device has") from error
    return JSONResponse({"v": VERSION, "device_id": rotation.device_id})


def _accept(services: Services, pressure: Pressure, device: Device, token: bytes, body: bytes) -> Response:
    pause = pressure.pause()
    try:
        batch = decode_batch(body)
        if batch.device_id != device.device_id:
            raise Problem(403, "wrong-device", "the batch is of another device than the token")
        at = services.now()
        answer = accept(services.engine, services.receipt_key, device.public_key, batch, at, token, direct=True)
    except Malformed as error:
        raise _malformed(error) from error
    except DeviceRevoked as error:
        raise revoked() from error
    except BatchRefused as error:
        status = 403 if error.kind in (AnomalyKind.HEAD_UNSIGNED, AnomalyKind.KEY_REPLACED) else 422
        raise Problem(status, error.kind.replace("_", "-"), MEANING[error.kind]) from error
    return JSONResponse(encode_response(replace(answer, pause_s=pause)))


def _page_response(request: Request, encoded: dict[str, Any]) -> Response:
    tag = etag(encoded)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = json.dumps(encoded, ensure_ascii=False, separators=(",", ":")).encode()
    if "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = gzip.compress(content, compresslevel=6, mtime=0), "gzip"
    return Response(content, headers=headers, media_type="application/json")


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is not JSON") from error


def _malformed(error: Malformed) -> Problem:
    if isinstance(error, UnknownVersion):
        return Problem(409, "unknown-version", str(error))
    return Problem(400, "malformed", str(error))
