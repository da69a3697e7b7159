"""Find and read the file that enrols this kiosk (``sync.protocol.enrolment_file``)."""

from collections.abc import Iterable
from pathlib import Path

from sync.protocol.enrolment_file import MAX_BYTES, NAME, EnrolmentFile, parsed

PLACES = (Path("/boot/firmware"), Path("/boot"))
"""Where the boot partition of a card is mounted: on a Raspberry Pi, and on older systems. The firmware partition of a
PC is read by root alone, so that a PC is enrolled from a stick or by hand."""


class BadEnrolmentFile(ValueError):
    """The file cannot be used. The message names it and says what to write."""


def found_file(places: Iterable[Path] = PLACES) -> Path | None:
    """The file on the boot partition, if there is one that this user may look at."""
    return next((place / NAME for place in places if _is_file(place / NAME)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def read_file(path: Path) -> EnrolmentFile:
    """Reads such a file. Raises ``BadEnrolmentFile``."""
    try:
        with path.open("rb") as file:
            return parsed(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise BadEnrolmentFile(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        message = f'{path} needs two lines: url = "https://…" and code = "…" ({error})'
        raise BadEnrolmentFile(message) from error
