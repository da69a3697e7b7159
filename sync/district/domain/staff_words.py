"""What staff write about their own work, which tells of no citizen. Pure."""

from sync.district.domain.redact import MarkKind, marks
from sync.district.domain.typed import clean

MAX_WORDS = 2_000
_TELLS_WHO = frozenset({MarkKind.NUMBER, MarkKind.EMAIL, MarkKind.CODE})
"""What may not stand in it: a telephone, an identity number, an address, a dossier's code. With a code it could be a
hunt for who pressed."""


class WrongWords(ValueError):
    """What somebody wrote cannot be taken. ``key`` names the text that says why; ``place``: the words that may not
    stand in it, where it is about single words."""

    def __init__(self, key: str, place: str = "") -> None:
        super().__init__(key)
        self.key, self.place = key, place


def staff_words(text: str, least: int) -> str:
    """What somebody wrote, cleaned, with single spaces on each line. Raises ``WrongWords`` when it is shorter than
    ``least`` or too long, or holds a number, an address or a code that tells who a citizen is."""
    written = "\n".join(" ".join(line.split()) for line in clean(text).splitlines()).strip()
    if not least <= len(written) <= MAX_WORDS:
        raise WrongWords("length")
    found = next((mark for mark in marks(written) if mark.kind in _TELLS_WHO), None)
    if found is not None:
        raise WrongWords("tells_who", found.text)
    return written
