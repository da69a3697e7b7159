"""A first draft of a text without what tells who wrote it; a person reads and mends it before it is published. Pure."""

import re
from collections.abc import Iterable

MASK = "[…]"
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[ .-]?\d){6,}(?!\w)")  # telephones, identity numbers, accounts
_CODE = re.compile(r"(?<!\w)[A-Z]?\d[A-Z0-9]*(?:[.-][A-Z0-9]+){2,}(?!\w)", re.IGNORECASE)  # dossier codes


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """The text with e-mail addresses, long numbers, codes and these names masked.

    >>> redacted("Gọi anh An 0912 345 678 về H32.13-261121-00001", ["An"])
    'Gọi anh […] […] về […]'
    """
    for pattern in (_EMAIL, _CODE, _NUMBER):
        text = pattern.sub(MASK, text)
    for name in sorted((name.strip() for name in names), key=len, reverse=True):
        if name:
            case = re.IGNORECASE if " " in name else 0  # a single syllable may be a word: An, an
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", MASK, text, flags=case)
    return text
