"""List the texts that a scan may have meant: one code arrives in many spellings. Pure.

A receipt's barcode is a code, an address, or an address inside an address; scanners put symbology identifiers and
separators around it, phones and offices write dashes and digits of their own, and a scanner that was set to a French or
German computer types a code that a US keyboard reads as something else.
"""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote_plus

#: ISO/IEC 15424 (AIM): which kind of barcode it was, such as ]Q1 or ]C0.
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_MAX_ENCODINGS = 3  # an address inside an address inside an address
_MINUS, _SOFT_HYPHEN = "\u2212", "\u00ad"

#: What a US keyboard reads when a scanner types for another layout, and what that layout would have printed.
_LAYOUTS = (
    str.maketrans('!@#$%^&*()68QAWZ;:M<>,./"', "1234567890-_AQZWMM,./;:!%"),  # French, AZERTY
    str.maketrans("/?YZ&<>", "-_ZY/;:"),  # German, QWERTZ
)


def readings(scanned: str) -> Iterator[str]:
    """The texts that ``scanned`` may stand for, in capitals, the likeliest first; none when nothing was scanned.

    >>> next(readings("]Q1h35.13.02 \u2013 261120 \u2013 0042"))
    'H35.13.02-261120-0042'
    """
    texts = [plain] if (plain := cleaned(scanned)) else []
    while texts and len(texts) <= _MAX_ENCODINGS and _PERCENT.search(texts[0]):
        texts.insert(0, cleaned(unquote_plus(texts[0], errors="replace")))
    for text in texts:
        yield re.sub(r" ?- ?", "-", text)
        yield text.replace(" ", "")
    for layout in _LAYOUTS if texts else ():
        yield texts[-1].replace(" ", "").translate(layout)


def cleaned(text: str) -> str:
    """In capitals, with plain digits, hyphens and single spaces; controls and what cannot be seen are left out.

    FNC1 arrives as the control character GS and separates, as all of them do (GS1 General Specifications, 7.8).
    """
    without = _SYMBOLOGY.sub(" ", unicodedata.normalize("NFKC", text))
    return " ".join("".join(map(_plain, without)).upper().split())


def _plain(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if character in (_MINUS, _SOFT_HYPHEN):
        return "-"
    return {"Pd": "-", "Cf": "", "Cc": " "}.get(unicodedata.category(character), character)
