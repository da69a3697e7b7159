"""Letters that may not stand in a text of somebody else: what steers a terminal, turns the direction of writing, or is
no letter at all. Pure."""

import unicodedata

#: joiners and places to break a line, which several scripts need; the no-break space is an ordinary space
_NEEDED = frozenset("\u00ad\u200b\u200c\u200d\u2060")
#: spaces that are counted among the letters or the symbols
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_REFUSED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def strange(text: str) -> str:
    """The strange letters by their numbers, each once; empty when there are none.

    >>> strange("Ua tsaug!"), strange("a\\x1b[2Jb")
    ('', 'U+001B')
    """
    found = {letter for letter in text if unicodedata.category(letter) in _REFUSED and letter not in _NEEDED}
    return " ".join(f"U+{ord(letter):04X}" for letter in sorted(found))


def visible(text: str) -> bool:
    """Whether anything is seen of it: a letter, a digit or a sign, and not joiners, spaces and loose marks alone.

    >>> visible("…"), visible("\\u200b \\u00ad")
    (True, False)
    """
    return any(unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANK for letter in text)


def printable(text: str) -> str:
    """The text with the strange letters by their numbers, for a terminal that would obey them.

    >>> printable("a\\x1b[2J")
    'a<U+001B>[2J'
    """
    return "".join(f"<{number}>" if (number := strange(letter)) else letter for letter in text)
