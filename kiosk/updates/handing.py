"""What the kiosk's own user has of a release: pieces that come in, and, once it is whole, what is handed over to root.

Whoever may write here may write anything, so root verifies it all again; what is checked here spares it the trouble.
"""

import os
import platform
import sys
from pathlib import Path

from kiosk.updates import disk
from kiosk.updates.installer import MANIFEST, PAYLOAD, READY
from kiosk.updates.payload import insist_on_content
from sync.protocol.fields import Malformed
from sync.protocol.software_release import Manifest, NotTakeable, Payload, decode_manifest

FOLDER = "updates"
NEXT_MANIFEST, NEXT_PAYLOAD, OFFERED = "next.json", "next.payload", "offered"


def this_platform() -> str:
    """For which Python and machine wheels must be to run here: ``cp313-x86_64``."""
    return f"cp{sys.version_info.major}{sys.version_info.minor}-{platform.machine()}"


class Handing:
    """The folder in which a release comes together. All raise ``OSError`` when the disk fails."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def begin(self, manifest: Manifest, content: bytes, *, offered: bool = False) -> None:
        """Another release is to come: what had come of one before is dropped. The same goes on where it was.
        ``offered``: the district offers it, and may take that back; else somebody brought it."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if offered:
            disk.write_whole(self.folder / OFFERED, b"")
        else:
            disk.remove(self.folder / OFFERED)
        if self.coming() != manifest:
            self.drop_pieces()
            disk.write_whole(self.folder / NEXT_MANIFEST, content)

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

    def add(self, piece: bytes) -> None:
        """The payload's next piece. What a power cut takes of it is missed when the whole is weighed."""
        with (self.folder / NEXT_PAYLOAD).open("ab") as file:
            file.write(piece)

    def drop_pieces(self) -> None:
        """They come from the beginning once more."""
        disk.remove(self.folder / NEXT_PAYLOAD)

    def finish(self, payload: Payload) -> None:
        """The payload is whole. Raises ``NotTakeable`` when it is not the one that was signed; it then comes anew."""
        try:
            insist_on_content(self.folder / NEXT_PAYLOAD, payload)
        except NotTakeable:
            self.drop_pieces()
            raise
        disk.remove(self.folder / MANIFEST)  # from here on nothing is whole until both are in place
        disk.sync_all()
        os.replace(self.folder / NEXT_PAYLOAD, self.folder / PAYLOAD)
        os.replace(self.folder / NEXT_MANIFEST, self.folder / MANIFEST)
        disk.sync_folder(self.folder)

    def whole(self) -> Manifest | None:
        """The release that is whole here and may be handed over."""
        return _manifest(self.folder / MANIFEST) if (self.folder / PAYLOAD).is_file() else None

    def is_handed_over(self) -> bool:
        """Whether root has not taken it yet."""
        return (self.folder / READY).exists()

    def hand_over(self) -> None:
        """From here on it is root's (``lang-nghe-update.path``)."""
        disk.write_whole(self.folder / READY, b"")

    def drop(self) -> None:
        """Nothing of it is needed any more."""
        for name in (READY, MANIFEST, PAYLOAD, NEXT_MANIFEST, NEXT_PAYLOAD, OFFERED):
            disk.remove(self.folder / name)


def _manifest(path: Path) -> Manifest | None:
    try:
        return decode_manifest(path.read_bytes())
    except (OSError, Malformed):
        return None
