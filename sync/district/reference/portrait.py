"""Turn a photograph into the small square picture that kiosks show, without its metadata. Pure.

Everything else in the file (EXIF, the place, the camera, comments) is left behind, because the picture is drawn anew.
"""

import struct
import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

SIDE = 240
QUALITY = 82
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
MIN_SIDE = 120
FORMATS = ("JPEG", "PNG", "WEBP")
#: Of what is too much, a third is cut off above and two thirds below: the face is in the upper half.
CENTRE = (0.5, 1 / 3)

_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error)


class Unfit(ValueError):
    """This is no picture we can show. ``key`` names the text that says why; ``values`` fill it in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def squared(data: bytes) -> bytes:
    """A photograph (JPEG, PNG or WebP) as a square JPEG of ``SIDE`` pixels, upright, without metadata; the same bytes
    give the same picture. Raises ``Unfit``."""
    if len(data) > MAX_BYTES:
        raise Unfit("import.portrait.too_large", most=MAX_BYTES // 1024 // 1024)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we have a limit of our own
            with Image.open(BytesIO(data), formats=FORMATS) as photograph:
                return _drawn_anew(photograph)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Unfit:
        raise
    except _BROKEN as error:
        raise Unfit("import.portrait.no_picture") from error


def _drawn_anew(photograph: Image.Image) -> bytes:
    width, height = photograph.size
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < MIN_SIDE:
        raise Unfit("import.portrait.too_small", width=width, height=height, least=MIN_SIDE)
    photograph.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is read smaller where it can be
    upright = ImageOps.exif_transpose(photograph)
    if upright.has_transparency_data:
        clear = upright.convert("RGBA")
        upright = Image.new("RGBA", clear.size, "white")
        upright.alpha_composite(clear)
    square = ImageOps.fit(upright.convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS, centering=CENTRE)
    square.info.clear()  # else a comment would be written along
    small = BytesIO()
    square.save(small, "JPEG", quality=QUALITY, optimize=True)
    return small.getvalue()


def _too_many_pixels() -> Unfit:
    return Unfit("import.portrait.too_many_pixels", most=MAX_PIXELS // 1_000_000)
