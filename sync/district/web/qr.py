"""QR codes as paths of an inline SVG: no picture has to be fetched, and no style is needed."""

from itertools import groupby

import qrcode
from msgspec import Struct

QUIET = 4
"""Empty squares around a code (ISO/IEC 18004)."""


class QrPath(Struct, frozen=True):
    """A code of ``size`` by ``size`` squares with its quiet zone, and the path of its dark ones."""

    size: int
    path: str


def qr_path(text: str) -> QrPath:
    """The code of a text."""
    code = qrcode.QRCode(border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    parts = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                parts.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return QrPath(len(rows), "".join(parts))
