"""Fold text for searching: lower case, no marks, so that ``ho so`` finds Hồ sơ."""

from unicodedata import normalize

_DROPPED = dict.fromkeys(range(0x300, 0x370)) | {ord("đ"): "d", ord("Đ"): "d"}


def fold(text: str) -> str:
    """The text with every mark taken off and in small letters; đ becomes d. As long as its NFC form.

    >>> fold("Đường Nguyễn Huệ")
    'duong nguyen hue'
    """
    return normalize("NFC", normalize("NFD", text).translate(_DROPPED).lower())
