"""Compare Vietnamese names as people write them: without marks, capitals, punctuation or double spaces."""

import re

from kiosk.vietnamese.fold import fold

_OTHER = re.compile(r"[^0-9a-z]+")


def plain_name(text: str) -> str:
    """The bare words of a name.

    >>> plain_name("  Mã_hồ-sơ (Đã trả) ")
    'ma ho so da tra'
    """
    return _OTHER.sub(" ", fold(text)).strip()
