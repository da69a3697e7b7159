"""Read the panel's physical size from its EDID (VESA E-EDID 1.4), for sizes of touch targets and letters."""

from pathlib import Path

HEADER = bytes.fromhex("00ffffffffffff00")
FIRST_TIMING = 54


def size_mm(edid: bytes) -> tuple[int, int] | None:
    """Width and height of the picture in millimetres as the panel was built, or ``None`` when it does not say.

    The first detailed timing has millimetres (3.10.2); projectors and some converters put zeros there.
    """
    if len(edid) < 128 or edid[:8] != HEADER or sum(edid[:128]) % 256:
        return None
    timing = edid[FIRST_TIMING : FIRST_TIMING + 18]
    width = timing[12] | (timing[14] & 0xF0) << 4
    height = timing[13] | (timing[14] & 0x0F) << 8
    return (width, height) if timing[:2] != b"\0\0" and width and height else None


def connected_width_mm(*, portrait: bool, folder: Path = Path("/sys/class/drm")) -> int | None:
    """The horizontal edge of the one connected panel as it is mounted; ``None`` when none or several answer."""
    sizes = [size for path in sorted(folder.glob("*/edid")) if (size := size_mm(_read(path)))]
    if len(sizes) != 1:
        return None
    return min(sizes[0]) if portrait else max(sizes[0])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
