"""The field types of the wire, and the one way to read a message made of them.

A message is a ``Struct``; ``read`` turns parsed JSON into one. Each type here says how a value is read, what a refusal
says, and how JSON Schema describes it. To the type checker they are the plain types they stand for, and they hold plain
values. They are types of their own because msgspec's constraints are laxer than the contract: it skips letters that are
not base64, its patterns let a line feed pass at the end, and its messages are not the ones both ends know. Bodies are
parsed by ``json`` and not by msgspec, which refuses whole numbers beyond 64 bits and half characters in free text that
version 1 allows. Of a key that comes twice, both take the last.
"""

import base64
import binascii
import re
from abc import ABCMeta
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, get_args, get_type_hints

import msgspec

T = TypeVar("T")
V = TypeVar("V")
S = TypeVar("S", bound=msgspec.Struct)

MAX_NUMBER = 2**53
"""Whole numbers below this one are exact in every reader of JSON."""


class Malformed(ValueError):
    """What came over the wire is not what the contract says. The message names the field."""


def b64(value: bytes) -> str:
    """Bytes as they stand on the wire: base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(value).decode()


def bytes_of(value: object) -> bytes:
    """The bytes of a base64 text."""
    try:
        return binascii.a2b_base64(text_of(value), strict_mode=True)
    except ValueError as error:
        raise ValueError("not base64") from error


def text_of(value: object) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise ValueError("not text")
    return value


def matching(pattern: str, otherwise: str) -> Callable[[object], str]:
    """A reader of text that ``pattern`` matches from end to end; anything else is refused with ``otherwise``."""
    compiled = re.compile(pattern)

    def read_text(value: object) -> str:
        if not (isinstance(value, str) and compiled.fullmatch(value)):
            raise ValueError(otherwise)
        return value

    return read_text


def whole_from(least: int) -> Callable[[object], int]:
    """A reader of whole numbers from ``least`` that JSON carries exactly."""

    def read_number(value: object) -> int:
        if type(value) is not int or not least <= value < MAX_NUMBER:
            raise ValueError(f"not a whole number from {least}")
        return value

    return read_number


def _key_of(value: object) -> bytes:
    found = bytes_of(value)
    if len(found) != 32:
        raise ValueError("a public key has 32 bytes")
    return found


def object_of(value: object) -> dict[str, Any]:
    """An object with whatever fields."""
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def list_of(value: object) -> list[Any]:
    """A list of whatever there is."""
    if not isinstance(value, list):
        raise ValueError("not a list")
    return value


def read_at(name: str, reader: Callable[[V], T], value: V) -> T:
    """One value that is not a field of a ``Struct``. Raises ``Malformed`` with its name."""
    try:
        return reader(value)
    except ValueError as error:
        raise Malformed(f"{name}: {error}") from error


_READERS: dict[type, Callable[[object], Any]] = {}
_SCHEMAS: dict[type, Mapping[str, Any]] = {}


def wire_type(name: str, plain: type[T], reader: Callable[[object], T], schema: Mapping[str, Any]) -> ABCMeta:
    """A type of a field whose values are ``plain`` ones, taken from JSON by ``reader``.

    ``reader`` raises ``ValueError`` with what is wrong, to which ``read`` adds the field, or ``Malformed`` with all of
    it. ``schema`` is the type's JSON Schema.
    """
    made = ABCMeta(name, (), {})
    made.register(plain)
    _READERS[made], _SCHEMAS[made] = reader, schema
    return made


_NAME, _WORD, _HASH = r"[A-Za-z0-9._-]{1,64}", r"[\x20-\x7e]{0,64}", r"[0-9a-f]{64}"
_CODE = r"[A-Za-z0-9 ._-]{1,64}"
code_of = matching(_CODE, "1 to 64 letters, digits, dots, hyphens, underscores or spaces")
name_of = matching(_NAME, "1 to 64 letters, digits, dots, hyphens or underscores")
word_of = matching(_WORD, "at most 64 plain ASCII characters")
hash_text = matching(_HASH, "not 64 hex digits")

BASE64_SCHEMA = {"type": "string", "contentEncoding": "base64"}
WORD_SCHEMA = {"type": "string", "pattern": f"^{_WORD}$"}

if TYPE_CHECKING:
    Name: TypeAlias = str
    Code: TypeAlias = str
    Word: TypeAlias = str
    Text: TypeAlias = str
    Count: TypeAlias = int
    CountOrNone: TypeAlias = int
    Hash: TypeAlias = bytes
    PublicKey: TypeAlias = bytes
    Octets: TypeAlias = bytes
    Object: TypeAlias = dict[str, Any]
else:
    Name = wire_type("Name", str, name_of, {"type": "string", "pattern": f"^{_NAME}$"})
    Code = wire_type("Code", str, code_of, {"type": "string", "pattern": f"^{_CODE}$"})
    Word = wire_type("Word", str, word_of, WORD_SCHEMA)
    Text = wire_type("Text", str, text_of, {"type": "string"})
    Count = wire_type("Count", int, whole_from(1), {"type": "integer", "minimum": 1, "exclusiveMaximum": MAX_NUMBER})
    CountOrNone = wire_type(
        "CountOrNone", int, whole_from(0), {"type": "integer", "minimum": 0, "exclusiveMaximum": MAX_NUMBER}
    )
    Hash = wire_type(
        "Hash", bytes, lambda value: bytes.fromhex(hash_text(value)), {"type": "string", "pattern": f"^{_HASH}$"}
    )
    PublicKey = wire_type("PublicKey", bytes, _key_of, BASE64_SCHEMA | {"minLength": 44, "maxLength": 44})
    Octets = wire_type("Octets", bytes, bytes_of, BASE64_SCHEMA)
    Object = wire_type("Object", dict, object_of, {"type": "object"})


def read(kind: type[S], data: object) -> S:
    """Reads parsed JSON as a message; fields it does not know are passed over. Raises ``Malformed``."""
    try:
        return msgspec.convert(data, kind, dec_hook=_read_field)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, Malformed):
            raise error.__cause__ from None
        raise Malformed(_refusal(kind, error)) from error
    except UnicodeEncodeError as error:  # from msgspec, which wanted anything but text there
        raise Malformed("text with half a character where an object or a list belongs") from error


def schemas_of(kinds: list[type[msgspec.Struct]], ref_template: str) -> dict[str, Any]:
    """The JSON Schemas of messages and of what they hold, by the names of their classes."""
    _, found = msgspec.json.schema_components(kinds, schema_hook=_schema_of_field, ref_template=ref_template)
    return found


def _read_field(kind: type, value: object) -> object:
    return _READERS[kind](value)


def _schema_of_field(kind: type) -> dict[str, Any]:
    return dict(_SCHEMAS[kind])


_MISSING = re.compile(r"Object missing required field `(\w+)`")
_BUILT_IN = {"Expected `object": "not an object", "Expected `array": "not a list"}


def _refusal(kind: type[msgspec.Struct], error: msgspec.ValidationError) -> str:
    """The refusal of a message: the innermost named field, and what is wrong with it."""
    reason, _, path = str(error).partition(" - at `$")
    names = re.findall(r"\.(\w+)", path)
    missing = _MISSING.match(reason)
    if missing:
        names, reason = [*names, missing[1]], _refusal_of_nothing(kind, [*names, missing[1]])
    elif error.__cause__ is not None:
        reason = str(error.__cause__)
    else:
        reason = next((ours for theirs, ours in _BUILT_IN.items() if reason.startswith(theirs)), "not what is expected")
    return f"{names[-1]}: {reason}" if names else reason


def _refusal_of_nothing(kind: type[msgspec.Struct], names: list[str]) -> str:
    """What is said of a field that is not there: the same as of null."""
    for name in names[:-1]:
        kind = next(part for part in _parts(_hints(kind)[name]) if issubclass(part, msgspec.Struct))
    wanted = _parts(_hints(kind)[names[-1]])[0]
    if wanted in _READERS:
        try:
            _READERS[wanted](None)
        except ValueError as error:
            return str(error)
    return "not a list" if wanted in (list, tuple) else "not an object"


def _parts(hint: Any) -> list[type]:
    """The classes in a type: itself, or those of its union, or of its list's items."""
    return [part for arg in get_args(hint) for part in _parts(arg)] if get_args(hint) else [hint]


@cache
def _hints(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return get_type_hints(kind)
