"""What the kiosk's own user has of a release: pieces that come in, and, once it is whole, what is handed over to root.

Whoever may write here may write anything, so root verifies it all again; what is checked here spares it the trouble.
"""

import errno
import fcntl
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.updates import disk
from kiosk.updates.installer import AT_ONCE, MANIFEST, PAYLOAD, READY
from kiosk.updates.payload import insist_on_content
from sync.protocol.fields import Malformed
from sync.protocol.software_release import Manifest, NotTakeable, Payload, decode_manifest

FOLDER = "updates"
NEXT_MANIFEST, NEXT_PAYLOAD, OFFERED = "next.json", "next.payload", "offered"
BROUGHT = "brought.payload"
"""What comes from a stick: the delivery may fetch pieces of a release at the same time."""


def this_platform() -> str:
    """For which Python and machine wheels must be to run here: ``cp313-x86_64``."""
    return f"cp{sys.version_info.major}{sys.version_info.minor}-{platform.machine()}"


class Handing:
    """The folder in which a release comes together, by network in pieces, or from a stick. All raise ``OSError`` when
    the disk fails."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def begin(self, manifest: Manifest, content: bytes) -> None:
        """The district offers another release, piece by piece: what had come of one before is dropped. The same goes on
        where it was."""
        with self._alone():
            disk.write_whole(self.folder / OFFERED, b"")
            if self.coming() != manifest:
                self.drop_pieces()
                disk.write_whole(self.folder / NEXT_MANIFEST, content)

    def bring(self, payload: Payload, content: bytes, pieces: Iterable[bytes]) -> None:
        """Somebody brought a release: ``content`` is its manifest. It stands in the place of any other.

        Raises ``NotTakeable`` when it is not the one that was signed, ``disk.TooLarge``, and ``OSError`` also when
        another one was handed over meanwhile.
        """
        brought = self.folder / BROUGHT
        self.folder.mkdir(mode=0o700, exist_ok=True)
        try:
            disk.remove(brought)
            disk.insist_on_room(self.folder, payload.bytes)
            with brought.open("xb") as file:
                for piece in pieces:
                    file.write(piece)
            insist_on_content(brought, payload)
            disk.sync_all()
            with self._alone():
                if self.is_handed_over():  # root may be copying it
                    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(self.folder / READY))
                self._drop(MANIFEST, NEXT_MANIFEST, NEXT_PAYLOAD, OFFERED)
                os.replace(brought, self.folder / PAYLOAD)
                disk.write_whole(self.folder / MANIFEST, content)
        finally:
            disk.remove(brought)

    def coming(self) -> Manifest | None:
        """The release of which pieces come in."""
        return _manifest(self.folder / NEXT_MANIFEST)

    @property
    def is_offered(self) -> bool:
        """Whether what is here, or comes in, is here because the district offers it."""
        return (self.folder / OFFERED).exists()

    @property
    def bytes_there(self) -> int:
        """How much of the payload has come."""
        try:
            return (self.folder / NEXT_PAYLOAD).stat().st_size
        except OSError:
            return 0

    def insist_on_room(self, payload: Payload) -> None:
        """Raises ``OSError`` (``ENOSPC``) where what is still to come would leave ratings no room."""
        disk.insist_on_room(self.folder, payload.bytes - self.bytes_there)

    def add(self, piece: bytes) -> None:
        """The payload's next piece. What a power cut takes of it is missed when the whole is weighed."""
        with (self.folder / NEXT_PAYLOAD).open("ab") as file:
            file.write(piece)

    def drop_pieces(self) -> None:
        """They come from the beginning once more."""
        disk.remove(self.folder / NEXT_PAYLOAD)

    def finish(self, payload: Payload) -> None:
        """The payload is whole. Raises ``NotTakeable`` when it is not the one that was signed; it then comes anew.
        ``OSError`` also when another release was brought meanwhile."""
        try:
            insist_on_content(self.folder / NEXT_PAYLOAD, payload)
        except NotTakeable:
            self.drop_pieces()
            raise
        disk.sync_all()
        with self._alone():
            (self.folder / NEXT_MANIFEST).stat()
            disk.remove(self.folder / MANIFEST)  # from here on nothing is whole until both are in place
            os.replace(self.folder / NEXT_PAYLOAD, self.folder / PAYLOAD)
            os.replace(self.folder / NEXT_MANIFEST, self.folder / MANIFEST)
            disk.sync_folder(self.folder)

    def whole(self) -> Manifest | None:
        """The release that is whole here and may be handed over."""
        return _manifest(self.folder / MANIFEST) if (self.folder / PAYLOAD).is_file() else None

    def is_handed_over(self) -> bool:
        """Whether root has not taken it yet."""
        return (self.folder / READY).exists()

    def hand_over(self, *, at_once: bool = False) -> None:
        """From here on it is root's (``lang-nghe-update.path``). ``at_once``: also while the office is open."""
        with self._alone():
            disk.write_whole(self.folder / READY, AT_ONCE if at_once else b"")

    def drop(self) -> None:
        """Nothing of it is needed any more."""
        with self._alone():
            self._drop(READY, MANIFEST, PAYLOAD, NEXT_MANIFEST, NEXT_PAYLOAD, OFFERED)

    def _drop(self, *names: str) -> None:
        for name in names:
            disk.remove(self.folder / name)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The delivery and a technician's command each wait here for the other, for a blink."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _manifest(path: Path) -> Manifest | None:
    try:
        return decode_manifest(path.read_bytes())
    except (OSError, Malformed):
        return None
