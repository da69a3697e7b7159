"""What people type into forms, as it is kept. Pure."""

import unicodedata


def clean(text: str) -> str:
    """What somebody typed, as text a database keeps and every screen shows: composed letters, plain line ends, nothing
    that is no letter: no control characters, none without width, none that turns the line around.

    >>> clean(" Ngày 12\\r\\ntôi đã nộp\\x00 ")
    'Ngày 12\\ntôi đã nộp'
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each in "\n\t" or not unicodedata.category(each).startswith("C")).strip()
