"""Seal what a citizen says to the district's public key, in memory, before the first disk write.

A libsodium sealed box (X25519, XSalsa20-Poly1305, an ephemeral key per message): the box that seals cannot open.
The plaintext is canonical JSON (RFC 8785), deflated with fixed codes and a preset dictionary (RFC 1951) and padded
(ISO/IEC 7816-4) to a size class, so that the length tells nothing about the answer. The first byte names this recipe.
A body whose fields are exactly those of a shape is written as a list, the shape's number first: sealed bytes do not
compress any more, so the plaintext must be small. A rating with all that is known of how it was given is smaller still
(recipes 2 and 3, ``sync.protocol.packed_rating``).
"""

import hashlib
import json
import zlib
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from sync.protocol import packed_rating
from sync.protocol.packed_rating import NotPacked

RECIPE = 1
MIN_CLASS = 88
MAX_CLASS = MIN_CLASS * 2**12
OVERHEAD = 48

# Shapes and dictionary are part of recipe 1 for ever: change them and no old entry opens. New ones are a new recipe.
SHAPES: dict[int, tuple[str, ...]] = {
    1: (
        *("at_s", "up_s", "boot", "offset_s", "unit_id", "counter_id", "dossier_code", "stage", "score"),
        *("questionnaire", "flags", "input", "language", "since_s", "spent_ms"),
    ),
}
_DICTIONARY = (
    b'{"failures":"device":"scanner"printer"reason":"old_epoch":"old_seq":"district_epoch":"district_seq":"software":'
    b'"full":"rows":"answers":{"about":"text":"contact":"consent":"reasons":["waiting","attitude"],"at_s":179,"boot":"'
    b'"up_s":["clock_unsure","code_unverified","dossier_unknown","no_dossier","outside_hours","repeat"],"counter","en",'
    b'["clock_unsure","dossier_unknown"],"typed","en",null,null,"unknown",["no_dossier"],["repeat"],"scan","vi",'
    b'-q1","000.00.H35.-2612","hand_in",_,"mot-cua/1",["dossier_unknown"],"typed","vi",["clock_unsure"],'
    b'[1,179,null,"H35.","-q1","H35.-2611","return",_,"mot-cua/1",[],"scan","vi",'
)


UNKNOWN = "unknown recipe: update the district, then replay the entry"

_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


class CannotUnseal(Exception):
    """The sealed bytes are not for this key, were changed, or follow an unknown recipe. Set the entry aside."""


def canonical(value: dict[str, Any] | list[Any]) -> bytes:
    """Canonical JSON (RFC 8785) for the values we use: text, whole numbers, booleans, null, lists and objects.

    Raises ``ValueError`` for a float: its canonical form is not needed here and easily got wrong.
    """
    _refuse_floats(value)
    return _written(value).encode()


def seal(body: dict[str, Any], public_key: bytes, min_class: int = 0) -> bytes:
    """Seals a body to a public key (32 bytes, X25519), padded to its size class or to the one of ``min_class`` bytes.

    A rating with the names of recipe 2 or 3 is sealed by it, unless a value does not fit. Raises ``ValueError`` when it
    exceeds the largest class.
    """
    message = _content(body) + b"\x80"
    return SealedBox(PublicKey(public_key)).encrypt(message.ljust(size_class(max(len(message), min_class)), b"\0"))


def unseal(sealed: bytes, private_key: PrivateKey) -> dict[str, Any]:
    """Opens what ``seal`` made. Raises ``CannotUnseal``."""
    try:
        message = SealedBox(private_key).decrypt(sealed)
        content = message.rstrip(b"\0")
        if content[-1:] != b"\x80":
            raise CannotUnseal(UNKNOWN)
        body = _body(content[0], content[1:-1])
    except CryptoError as error:
        raise CannotUnseal("not sealed to this key, or changed on the way") from error
    except NotPacked as error:
        raise CannotUnseal(f"{error}: update the district, then replay the entry") from error
    except (zlib.error, ValueError, RecursionError) as error:
        raise CannotUnseal("sealed, but not readable") from error
    if body is None:
        raise CannotUnseal("sealed, but not an object or a known shape")
    return body


def size_class(length: int) -> int:
    """The padded size for a message: 88, 176, 352, … bytes."""
    size = MIN_CLASS
    while size < length:
        size *= 2
    if size > MAX_CLASS:
        raise ValueError(f"a body of {length} bytes is too large to seal; the largest is {MAX_CLASS}")
    return size


def key_id(public_key: bytes) -> str:
    """A short name for a public key: the first 8 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:8]


def _content(body: dict[str, Any]) -> bytes:
    recipe = packed_rating.recipe_of(body)
    packed = None if recipe is None else packed_rating.pack(body, recipe)
    if recipe is not None and packed is not None:
        return bytes([recipe]) + packed
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_FIXED, _DICTIONARY)
    return bytes([RECIPE]) + squeeze.compress(canonical(_shaped(body))) + squeeze.flush()


def _body(recipe: int, content: bytes) -> dict[str, Any] | None:
    if recipe in packed_rating.RECIPES:
        return packed_rating.unpack(content, MAX_CLASS, recipe)
    if recipe != RECIPE:
        raise CannotUnseal(UNKNOWN)
    stretch = zlib.decompressobj(-15, zdict=_DICTIONARY)
    plain = stretch.decompress(content, MAX_CLASS * 64)
    if stretch.unconsumed_tail or not stretch.eof:
        raise CannotUnseal("the sealed body is not whole")
    return _unshaped(json.loads(plain))


def _shaped(body: dict[str, Any]) -> dict[str, Any] | list[Any]:
    for number, names in SHAPES.items():
        if body.keys() == set(names):
            return [number, *(body[name] for name in names)]
    return body


def _unshaped(content: object) -> dict[str, Any] | None:
    if isinstance(content, list) and content and type(content[0]) is int:
        names = SHAPES.get(content[0], ())
        return dict(zip(names, content[1:], strict=True)) if len(names) == len(content) - 1 and names else None
    return content if isinstance(content, dict) else None


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise ValueError("a float has no place in a sealed body; use whole numbers with a named unit")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_floats(item)
