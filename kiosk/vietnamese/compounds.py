"""Find where a line of Vietnamese may break: between words, never inside one (thủ tục, đất đai, hài lòng)."""

from functools import cache, lru_cache

from kiosk.vietnamese.letters import nfc
from kiosk.vietnamese.wordlists import word_list

_CLOSING, _OPENING = '.,;:!?…)”"', '(“"'


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[str, ...]:
    """The text in the parts between which a line may break; single spaces between them make the text again.

    A number stays with the word it counts, a separating dot with what stands before it.

    >>> pieces("Quầy 2 · Đất đai, xây dựng")
    ('Quầy 2 ·', 'Đất đai,', 'xây dựng')
    """
    found: list[str] = []
    for syllable in text.split(" "):
        if found and (syllable == "·" or _belong_together(found[-1], syllable)):
            found[-1] += f" {syllable}"
        else:
            found.append(syllable)
    return tuple(found)


def _belong_together(before: str, after: str) -> bool:
    last = before.rsplit(" ", 1)[-1]
    if " " in before or last[-1:] in _CLOSING:
        return False
    first, second = last.lstrip(_OPENING).lower(), after.rstrip(_CLOSING).lower()
    return f"{first} {second}" in _compounds() or (first == "quầy" and second.isdecimal())


@cache
def _compounds() -> frozenset[str]:
    lists = ",".join(word_list(name).replace("\n", ",") for name in ("phrases.txt", "compounds.txt"))
    phrases = (nfc(phrase.strip()).lower() for phrase in lists.split(","))
    return frozenset(phrase for phrase in phrases if phrase.count(" ") == 1)
