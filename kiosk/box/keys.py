"""The kiosk's secrets: files that only their owner can read, made here and sent to the district alone.

``device.key`` signs the ledger's head (Ed25519 seed), ``token`` opens the district's door, ``lookup.key`` hides the
dossier codes in the reference data. None of them can open what a citizen said.
"""

import os
import secrets
from pathlib import Path

from nacl.signing import SigningKey

from kiosk.domain.hidden import Hidden, StructWithHidden

DEVICE_KEY, TOKEN, LOOKUP_KEY, NEXT = "device.key", "token", "lookup.key", "device.key.next"
FORMER = "device.key.former"


class NoKeys(Exception):
    """The box has no usable keys. The message says what to do."""


class Keys(StructWithHidden, frozen=True):
    device: Hidden[SigningKey]
    lookup: Hidden[bytes]
    token: Hidden[str]
    folder: Path


def make(folder: Path) -> SigningKey:
    """The device key: the one that is there, else a new one. Also makes the lookup key."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / LOOKUP_KEY).exists():
        write_secret(folder / LOOKUP_KEY, secrets.token_bytes(32))
    if not (folder / DEVICE_KEY).exists():
        write_secret(folder / DEVICE_KEY, bytes(SigningKey.generate()))
    return SigningKey((folder / DEVICE_KEY).read_bytes())


def load(folder: Path) -> Keys:
    """Reads the keys. Raises ``NoKeys`` when one is missing, damaged or readable by others."""
    try:
        for name in (DEVICE_KEY, LOOKUP_KEY, TOKEN):
            if (folder / name).stat().st_mode & 0o077:
                raise NoKeys(f"others can read {folder / name}; run: chmod 600 {folder / name}")
        return Keys(
            device=SigningKey((folder / DEVICE_KEY).read_bytes()),
            lookup=(folder / LOOKUP_KEY).read_bytes(),
            token=(folder / TOKEN).read_text().strip(),
            folder=folder,
        )
    except FileNotFoundError as error:
        raise NoKeys(
            f"{error.filename} is missing; put the keys back from their copy, or, where there is none: kiosk shelve"
        ) from error
    except (OSError, ValueError) as error:
        raise NoKeys(f"the keys in {folder} cannot be used: {error}") from error


class NextKey(StructWithHidden, frozen=True):
    """The key and the token that are to take over, made before the district is asked."""

    device: Hidden[SigningKey]
    token: Hidden[str]


def next_key(folder: Path) -> NextKey | None:
    """The next key when one was begun and is not in force yet."""
    try:
        content = (folder / NEXT).read_bytes()
    except FileNotFoundError:
        return None
    return NextKey(SigningKey(content[:32]), content[32:].hex())


def begin_rotation(folder: Path) -> NextKey:
    """The next key: the one that was begun, else a new one that is on the disk when this returns."""
    if (begun := next_key(folder)) is not None:
        return begun
    write_secret(folder / NEXT, bytes(SigningKey.generate()) + secrets.token_bytes(32))
    made = next_key(folder)
    assert made is not None
    return made


def finish_rotation(folder: Path) -> None:
    """Puts the next key and its token in force. Stopped anywhere, it is finished by the next call."""
    begun = next_key(folder)
    if begun is not None:
        write_secret(folder / TOKEN, begun.token.encode())
        write_secret(folder / DEVICE_KEY, bytes(begun.device))
        (folder / NEXT).unlink()


def former_keys(folder: Path) -> list[tuple[bytes, ...]]:
    """What is noted of each key that gave way: it, the next one, the hash of the next token, and its signature."""
    try:
        lines = (folder / FORMER).read_text().splitlines()
        return [tuple(bytes.fromhex(part) for part in line.split()) for line in lines]
    except (OSError, ValueError):
        return []


def note_former_key(folder: Path, *noted: bytes) -> None:
    """Notes that a key gave way, as ``former_keys`` tells it: the box's file may go back to a time before."""
    lines = [*former_keys(folder), noted]
    if noted not in lines[:-1]:
        text = "".join(" ".join(part.hex() for part in line) + "\n" for line in lines)
        write_secret(folder / FORMER, text.encode())


def write_secret(path: Path, content: bytes) -> None:
    """Writes a file that only its owner can read, whole or not at all, and on the disk when this returns."""
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
