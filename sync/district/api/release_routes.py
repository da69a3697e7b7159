"""Routes of the wire for releases of the software: the manifest, and a payload in pieces, for enrolled kiosks.

A piece is at most a megabyte, whatever is asked for: no kiosk holds a worker for long, and a slow line goes on where it
was cut.
"""

import re
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from sync.district.api import description as d
from sync.district.api.problem import Problem
from sync.district.api.request import Authenticate
from sync.district.fleet.software_releases import FOLDER, payload_file
from sync.district.services import Services
from sync.district.store.devices import Device
from sync.district.store.engine import reading
from sync.district.store.software_releases import manifest_of
from sync.protocol.software_release import decode_manifest, is_version

MAX_PIECE_BYTES = 1024 * 1024
OCTETS = "application/octet-stream"
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})")


def _octets(status: int, what: str) -> d.Responses:
    return {status: {"description": what, "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}}}}


def add_releases(routes: APIRouter, services: Services, admit: Callable[[str], None], device_of: Authenticate) -> None:
    """``admit`` bounds how often a device asks."""

    @routes.get(
        "/releases/{version}",
        response_class=Response,
        responses=_octets(200, "The manifest") | d.problems(401, 403, 404, 422, 429, 503),
    )
    def manifest(version: str, device: Annotated[Device, Depends(device_of)]) -> Response:
        """A release's manifest, as its holders signed it."""
        admit(device.device_id)
        return Response(_manifest(services, version), media_type=OCTETS)

    @routes.get(
        "/releases/{version}/{platform}",
        response_class=Response,
        responses=_octets(206, "A piece of the payload") | d.problems(401, 403, 404, 422, 429, 503),
    )
    def payload(
        request: Request, version: str, platform: str, device: Annotated[Device, Depends(device_of)]
    ) -> Response:
        """A piece of a payload: the bytes that ``Range`` names, at most a megabyte; without it the first ones."""
        admit(device.device_id)
        release = decode_manifest(_manifest(services, version)).release
        found = release.payload(platform)
        if found is None:
            raise Problem(404, "not-found", f"release {release.version} is not for {platform[:64]}")
        first, last = _asked(request.headers.get("range", ""), found.bytes)
        try:
            with payload_file(services.settings.data / FOLDER / release.version, found.platform).open("rb") as file:
                file.seek(first)
                piece = file.read(last + 1 - first)
        except OSError as error:
            raise Problem(503, "store-unavailable", "the release's file cannot be read at the district") from error
        headers = {"Content-Range": f"bytes {first}-{last}/{found.bytes}", "Accept-Ranges": "bytes"}
        return Response(piece, 206, headers, OCTETS)


def _manifest(services: Services, version: str) -> bytes:
    found = None
    if is_version(version):  # what is none may hold what no database takes
        with reading(services.engine) as connection:
            found = manifest_of(connection, version)
    if found is None:
        raise Problem(404, "not-found", "there is no such release at this district")
    return found


def _asked(header: str, size: int) -> tuple[int, int]:
    """First and last byte of what is answered."""
    named = _RANGE.fullmatch(header)
    first, last = (int(named[1]), int(named[2])) if named else (0, MAX_PIECE_BYTES - 1)
    last = min(last, first + MAX_PIECE_BYTES - 1, size - 1)
    if first > last:
        raise Problem(404, "not-found", f"the payload has {size} bytes")
    return first, last
