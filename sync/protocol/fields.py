"""The fields of what comes over the wire, read strictly. Each raises ``Malformed`` and names the field."""

import base64
import binascii
import re
from typing import Any

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CODE = re.compile(r"[A-Za-z0-9 ._-]{1,64}")
_WORD = re.compile(r"[\x20-\x7e]{0,64}")


class Malformed(ValueError):
    """What came over the wire is not what the contract says. The message names the field."""


def b64(value: bytes) -> str:
    """Bytes as they stand on the wire: base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(value).decode()


def bytes_of(value: object, name: str) -> bytes:
    """The bytes of a base64 text."""
    try:
        return binascii.a2b_base64(text_of(value, name), strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(f"{name}: not base64") from error


def text_of(value: object, name: str) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise Malformed(f"{name}: not text")
    return value


def words_of(values: list[Any], name: str) -> list[str]:
    """A column of words; each different one is looked at once."""
    try:
        different = set(values)
    except TypeError as error:
        raise Malformed(f"{name}: not text") from error
    for value in different:
        word_of(value, name)
    return values


def word_of(value: object, name: str) -> str:
    """A word: at most 64 plain ASCII characters, perhaps none."""
    if not (isinstance(value, str) and _WORD.fullmatch(value)):
        raise Malformed(f"{name}: at most 64 plain ASCII characters")
    return value


def name_of(data: dict[str, Any], name: str) -> str:
    """A field that names something: 1 to 64 letters, digits, dots, hyphens or underscores."""
    value = data.get(name)
    if not (isinstance(value, str) and _NAME.fullmatch(value)):
        raise Malformed(f"{name}: 1 to 64 letters, digits, dots, hyphens or underscores")
    return value


def code_of(data: dict[str, Any], name: str) -> str:
    """A field that is a one-time code as somebody wrote it: 1 to 64 letters, digits, hyphens or spaces."""
    value = data.get(name)
    if not (isinstance(value, str) and _CODE.fullmatch(value)):
        raise Malformed(f"{name}: 1 to 64 letters, digits, hyphens or spaces")
    return value


def count_of(data: dict[str, Any], name: str, least: int) -> int:
    """A field that is a whole number from ``least``, and one that JSON carries exactly."""
    value = data.get(name)
    if type(value) is not int or not least <= value < 2**53:
        raise Malformed(f"{name}: not a whole number from {least}")
    return value


def hash_of(data: dict[str, Any], name: str) -> bytes:
    """A field that is a SHA-256 in hex: 32 bytes."""
    value = data.get(name)
    if not (isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value)):
        raise Malformed(f"{name}: not 64 hex digits")
    return bytes.fromhex(value)


def key_of(data: dict[str, Any], name: str) -> bytes:
    """A field that is a public key: 32 bytes."""
    value = bytes_of(data.get(name), name)
    if len(value) != 32:
        raise Malformed(f"{name}: a public key has 32 bytes")
    return value


def object_of(data: dict[str, Any], name: str) -> dict[str, Any]:
    """A field that is an object."""
    value = data.get(name)
    if not isinstance(value, dict):
        raise Malformed(f"{name}: not an object")
    return value


def list_of(data: dict[str, Any], name: str) -> list[Any]:
    """A field that is a list."""
    value = data.get(name)
    if not isinstance(value, list):
        raise Malformed(f"{name}: not a list")
    return value
