"""Files that one auditor alone can open.

The auditor's key is an X25519 pair made on their own computer; the district knows the public half. A file is
``MAGIC``, a fresh key sealed to it (libsodium ``crypto_box_seal``, 80 bytes), the header of a stream (24 bytes), then
pieces: four bytes with the length, and an encrypted piece (``crypto_secretstream_xchacha20poly1305``). The last piece
says that it is the last, so that a file that was cut short is noticed; a piece of another file, or in another place,
does not open.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import IO

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

MAGIC = b"lang-nghe export 1\n"
PIECE = 65_536
_SEALED = 80
_State = bindings.crypto_secretstream_xchacha20poly1305_state
_LAST = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MORE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_ADDED = bindings.crypto_secretstream_xchacha20poly1305_ABYTES


class CannotOpen(ValueError):
    """The file is not for this key, not whole, or not an export. The message says which."""


def key_id_of(public_key: bytes) -> str:
    """The short name of an auditor's key, which both sides read out to each other: sixteen hex digits of its hash."""
    return hashlib.sha256(b"lang-nghe auditor\n" + public_key).hexdigest()[:16]


def seal_stream(texts: Iterable[bytes], public_key: bytes) -> Iterator[bytes]:
    """The sealed file, piece by piece; never more than two pieces are in memory."""
    key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    yield MAGIC + SealedBox(PublicKey(public_key)).encrypt(key)
    yield bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    held = b""
    for piece in _pieces(texts):
        if held:
            yield _piece(state, held, _MORE)
        held = piece
    yield _piece(state, held, _LAST)


def open_stream(file: IO[bytes], private_key: bytes) -> Iterator[bytes]:
    """What was sealed, piece by piece. Raises ``CannotOpen``; believe none of it before the end came without that."""
    key = _key_of(file, private_key)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, _read(file, _HEADER), key)
    tag = _MORE
    while tag != _LAST:
        length = int.from_bytes(_read(file, 4), "big")
        if length > PIECE + _ADDED:
            raise CannotOpen("the file was changed")
        try:
            text, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, _read(file, length))
        except (RuntimeError, ValueError) as error:
            raise CannotOpen("the file was changed") from error
        yield text
    if file.read(1):
        raise CannotOpen("something was added to the file")


def _key_of(file: IO[bytes], private_key: bytes) -> bytes:
    if file.read(len(MAGIC)) != MAGIC:
        raise CannotOpen("this is not a sealed export of Lắng Nghe")
    try:
        return bytes(SealedBox(PrivateKey(private_key)).decrypt(_read(file, _SEALED)))
    except CryptoError as error:
        raise CannotOpen("it was sealed to another key") from error


def _pieces(texts: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for text in texts:
        waiting += text
        while len(waiting) >= PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    yield bytes(waiting)


def _piece(state: _State, text: bytes, tag: int) -> bytes:
    closed = bindings.crypto_secretstream_xchacha20poly1305_push(state, text, None, tag)
    return len(closed).to_bytes(4, "big") + bytes(closed)


def _read(file: IO[bytes], n: int) -> bytes:
    found = file.read(n)
    if len(found) != n:
        raise CannotOpen("the file is cut short")
    return found
