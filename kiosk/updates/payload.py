"""Unpack a release's payload: nothing but ``requirements.txt`` and ``wheels/*.whl``, flat, plain, and not too large."""

import re
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path

from kiosk.paths import open_plain
from kiosk.updates.disk import TooLarge, chunks
from sync.protocol.software_release import MAX_PAYLOAD_BYTES, NotTakeable, Payload, ReleaseFlaw

REQUIREMENTS, WHEELS = "requirements.txt", "wheels"
MAX_MEMBERS = 300
MAX_INSTALLED_BYTES = 2 * 1024 * 1024 * 1024
"""What the wheels of one release may come to once they are unpacked."""
_WHEEL = re.compile(r"wheels/([A-Za-z0-9][A-Za-z0-9._+-]{0,150}\.whl)")


def insist_on_content(file: Path, payload: Payload) -> None:
    """Raises ``NotTakeable`` unless the file is the payload that was signed, to the byte; ``OSError``."""
    digest, size = sha256(), 0
    try:
        with open_plain(file) as content:
            for piece in chunks(content, payload.bytes):
                digest.update(piece)
                size += len(piece)
    except TooLarge as error:
        raise NotTakeable(ReleaseFlaw.WRONG_CONTENT) from error
    if size != payload.bytes or digest.digest() != payload.sha256:
        raise NotTakeable(ReleaseFlaw.WRONG_CONTENT)


def unpack(file: Path, folder: Path) -> None:
    """Unpacks into an empty folder. What stands in the archive is weighed although it was signed: a slip of whoever
    made it must not write elsewhere or fill the disk. Raises ``NotTakeable`` or ``OSError``."""
    (folder / WHEELS).mkdir()
    try:
        with open_plain(file) as content, tarfile.open(fileobj=content, mode="r:") as archive:
            _unpack(archive, folder)
    except (tarfile.TarError, zipfile.BadZipFile, ValueError, EOFError, FileExistsError) as error:
        raise NotTakeable(ReleaseFlaw.WRONG_CONTENT) from error
    if not (folder / REQUIREMENTS).exists() or not any((folder / WHEELS).iterdir()):
        raise NotTakeable(ReleaseFlaw.WRONG_CONTENT)


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    installed = 0
    for number, member in enumerate(archive):
        content = archive.extractfile(member) if member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) else None
        is_wheel = _WHEEL.fullmatch(member.name) is not None
        named_well = is_wheel or member.name == REQUIREMENTS
        if number >= MAX_MEMBERS or content is None or not named_well or member.sparse is not None:
            raise NotTakeable(ReleaseFlaw.WRONG_CONTENT)
        with (folder / member.name).open("xb") as file:
            for piece in chunks(content, MAX_PAYLOAD_BYTES):
                file.write(piece)
        installed += installed_bytes(folder / member.name) if is_wheel else 0
        if installed > MAX_INSTALLED_BYTES:
            raise NotTakeable(ReleaseFlaw.WRONG_CONTENT)


def installed_bytes(wheel: Path) -> int:
    """What a wheel comes to, by its own table, beyond which nothing is unpacked from it. Raises ``OSError`` or
    ``zipfile.BadZipFile``."""
    with zipfile.ZipFile(wheel) as archive:
        return sum(each.file_size for each in archive.infolist())
