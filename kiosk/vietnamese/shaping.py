"""Put a hat, breve, horn or stroke on the right letter of a shape, and remove it."""

from collections.abc import Iterator, Mapping

from kiosk.vietnamese.letters import BARE, HORN, STROKE
from kiosk.vietnamese.syllable import split, viable

Change = Mapping[str, str]
"""What one key does to letters: ``{"a": "ă", "o": "ơ", …}``, in both cases."""


def reshape(shape: str, change: Change) -> str | None:
    """The shape after the change, on the first letter where a syllable can come of it; ``None`` if there is none."""
    small = shape.lower()
    if change is STROKE:
        return _stroke(shape, small)
    candidates = (found for found in _candidates(shape, small, change) if found != shape)
    return next((found for found in candidates if viable(found.lower())), None)


def unshape(shape: str, change: Change) -> str | None:
    """The shape without the marks that this change puts on; ``None`` if it has none of them."""
    marks = change.values()
    bare = "".join(BARE[letter] if letter in marks else letter for letter in shape)
    return bare if bare != shape else None


def settle(shape: str) -> str:
    """The shape with ươ for an uơ or ưo that more letters follow or that only ươ can come of: ``thuơn`` is thươn."""
    small = shape.lower()
    at = max(small.rfind("uơ"), small.rfind("ưo"))
    if at < 0 or small[at - 1 : at] == "q" or (small.endswith(("uơ", "ưo")) and viable(small)):
        return shape
    return shape[:at] + HORN.get(shape[at], shape[at]) + HORN.get(shape[at + 1], shape[at + 1]) + shape[at + 2 :]


def _stroke(shape: str, small: str) -> str | None:
    """đ begins a syllable, however late the key; in an abbreviation (QĐ, HĐND) the key follows its D at once."""
    at = 0 if split(small)[1] else len(shape) - 1
    if small[at:][:1] != "d":
        return None
    stroked = shape[:at] + STROKE[shape[at]] + shape[at + 1 :]
    return stroked if viable(stroked.lower()) else None


def _candidates(shape: str, small: str, change: Change) -> Iterator[str]:
    onset, vowels, coda = split(small)
    if vowels + coda == "uơ" and "u" in change:
        return  # the pair has its one horn already: thuở
    start, end = len(onset), len(onset) + len(vowels)
    bare = "".join(BARE.get(vowel, vowel) for vowel in vowels)
    pair = bare.find("uo")
    if pair >= 0 and "u" in change and vowels[pair : pair + 2] != "ươ":
        yield from _horned_pair(shape, start + pair)
    for i in range(start, end):
        if shape[i] in change:
            yield shape[:i] + change[shape[i]] + shape[i + 1 :]
    if pair >= 0 and change.get("ơ") == "ô":
        i = start + pair
        yield shape[:i] + BARE.get(shape[i], shape[i]) + change.get(shape[i + 1], shape[i + 1]) + shape[i + 2 :]


def _horned_pair(shape: str, at: int) -> Iterator[str]:
    u, o, rest = shape[at], HORN.get(shape[at + 1], shape[at + 1]), shape[at + 2 :]
    if not rest and u in HORN:
        yield shape[:at] + u + o
    yield shape[:at] + HORN.get(u, u) + o + rest
