"""Messages of wire version 1: JSON objects that name their version, compressed with gzip up to a largest size. Pure."""

import gzip
import hashlib
import json
import zlib
from typing import Any, TypeVar

from msgspec import Struct

from sync.protocol.fields import Malformed, b64, read

VERSION = 1
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_PLAIN_BYTES = 16 * 1024 * 1024

S = TypeVar("S", bound=Struct)


class UnknownVersion(Malformed):
    """A wire version this end does not speak. Keep collecting, update the software."""


def unpack(body: bytes) -> dict[str, Any]:
    """Parses a gzip-compressed JSON object within the size limits. Raises ``Malformed``."""
    if len(body) > MAX_BODY_BYTES:
        raise Malformed(f"the body is larger than {MAX_BODY_BYTES} bytes")
    stretch = zlib.decompressobj(31)
    try:
        plain = stretch.decompress(body, MAX_PLAIN_BYTES)
        if stretch.unconsumed_tail:
            raise Malformed(f"the body is larger than {MAX_PLAIN_BYTES} bytes once decompressed")
        if not stretch.eof:
            raise Malformed("the body was cut short")
        data = json.loads(plain)
    except zlib.error as error:
        raise Malformed("the body is not gzip") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("the body is not JSON") from error
    if not isinstance(data, dict):
        raise Malformed("the body is not an object")
    return data


def pack(data: dict[str, Any]) -> bytes:
    """A JSON object compressed with gzip. The same values give the same bytes."""
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(plain, compresslevel=9, mtime=0)


def read_message(kind: type[S], data: object, what: str) -> S:
    """Reads parsed JSON as a message of this version. Raises ``Malformed`` (which calls it ``what`` when it is not even
    an object) or ``UnknownVersion``."""
    if not isinstance(data, dict):
        raise Malformed(f"{what} is not an object")
    check_version(data)
    return read(kind, data)


def check_version(data: dict[str, Any]) -> None:
    """Raises ``UnknownVersion`` for another version of this contract, ``Malformed`` for what names none."""
    version = data.get("v")
    if type(version) is not int or not 0 < version < 10**6:
        raise Malformed("v: no wire version")
    if version != VERSION:
        raise UnknownVersion(f"wire version {version}; this end speaks {VERSION}")


def content_digest(body: bytes) -> str:
    """The ``Content-Digest`` of a request body (RFC 9530): what arrives otherwise was damaged on the way."""
    return f"sha-256=:{b64(hashlib.sha256(body).digest())}:"
