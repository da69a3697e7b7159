"""The spelling rules of a Vietnamese syllable as tables: onset, rhyme and tone.

A *shape* is a syllable without its tone: ``tiêng``. While a word is being typed it need only be *viable*: there is a
syllable that begins so, once the marks still missing are put on its letters (``duon`` leads to ``đường``).
"""

import re
from collections.abc import Iterator
from functools import cache

from kiosk.vietnamese.letters import VOWELS, Tone, unfinished
from kiosk.vietnamese.names import leads_to_name

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
ONSETS = ("", *_ONSETS.split())
_ONSETS_AND_Q = frozenset((*ONSETS, "q"))

_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay
ăc ăm ăn ăng ăp ăt
âc âm ân âng âp ât âu ây
e ec em en eng eo ep et
ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu
iêc iêm iên iêng iêp iêt iêu
o oc oi om on ong op ot
oa oac oach oai oam oan oang oanh oao oap oat oay
oăc oăm oăn oăng oăt
oe oem oen oeo oet
ooc oong
ô ôc ôi ôm ôn ông ôp ôt
ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut
uân uâng uât uây
uê uêch uênh uêu uơ
uôc uôi uôm uôn uông uôt
uy uya uych uyn uynh uyp uyt uyu uyên uyêt
ư ưa ưc ưi ưm ưn ưng ưt ưu
ươc ươi ươm ươn ương ươp ươt ươu
y yêm yên yêng yêt yêu
"""
RHYMES = tuple(_RHYMES.split())

STOPS = ("c", "ch", "p", "t", "k")
TONES_OF_STOPS = (Tone.SAC, Tone.NANG)

_BEFORE_Y = frozenset(ONSETS) - {"c", "g", "gh", "gi", "ng", "ngh", "qu"}
_ONLY_AFTER = {
    "uơ": frozenset(("", "h", "kh", "th")),
    "y": _BEFORE_Y,
    **dict.fromkeys(("yêm", "yên", "yêng", "yêt", "yêu"), frozenset(("",))),
}
_AFTER_QU = re.compile("(?!ia|iê)[aăâeêiôơ]")
_EXTRA = {
    "qu": ("y", "ych", "yn", "ynh", "yt", "yêm", "yên", "yêng", "yêt", "yu", "oang", "oăt"),
    "g": ("i", "ich", "im", "in", "ip", "it"),  # gì, giữ gìn: the i of gi is the nucleus itself
    "gi": ("êc", "êng"),  # giếng, giêng: gi + iêng, one i is not written
}

_PARTS = re.compile(rf"((?:.*[^{VOWELS}])?)([{VOWELS}]+)([^{VOWELS}]*)", re.DOTALL)


def split(shape: str) -> tuple[str, str, str]:
    """Onset, vowels and coda of a small-letter shape; the i of ``gi`` and the u of ``qu`` belong to the onset.

    >>> split("quyên"), split("giêng"), split("gin"), split("tr")
    (('qu', 'yê', 'n'), ('gi', 'ê', 'ng'), ('g', 'i', 'n'), ('tr', '', ''))
    """
    parts = _PARTS.fullmatch(shape)
    if parts is None:
        return shape, "", ""
    onset, vowels, coda = parts.groups()
    if len(vowels) > 1 and onset + vowels[0] in ("gi", "qu"):
        return onset + vowels[0], vowels[1:], coda
    return onset, vowels, coda


@cache
def rhymes_after(onset: str) -> frozenset[str]:
    """Every rhyme that may be written after this onset."""
    return frozenset({rhyme for rhyme in RHYMES if _may_follow(onset, rhyme)}.union(_EXTRA.get(onset, ())))


def _may_follow(onset: str, rhyme: str) -> bool:
    if onset == "qu":
        return bool(_AFTER_QU.match(rhyme))
    if onset not in _ONLY_AFTER.get(rhyme, ONSETS):
        return False
    if onset in ("c", "g", "ng"):
        return rhyme[0] not in "eêiy"
    if onset in ("k", "gh", "ngh"):
        return rhyme[0] in "eêiy"
    if onset == "gi":
        return rhyme[0] not in "iy"
    return onset != "" or not rhyme.startswith("iê")


@cache  # made when first typed: all of them at once would be a twentieth of the kiosk's start
def _viable_after(onset: str) -> frozenset[str]:
    return frozenset("u") if onset == "q" else unfinished(rhymes_after(onset))


def viable(shape: str, tone: Tone = Tone.LEVEL) -> bool:
    """Whether a syllable can still come of this small-letter shape. Letters without a vowel (``HĐND``) always can."""
    onset, vowels, coda = split(shape)
    if not vowels:
        return True
    if coda in STOPS and tone and tone not in TONES_OF_STOPS:
        return False
    if onset in _ONSETS_AND_Q and vowels + coda in _viable_after(onset):
        return True
    return leads_to_name(shape, tone)


def syllables() -> Iterator[tuple[str, Tone]]:
    """Every possible syllable of Vietnamese, as shape and tone: the whole inventory, spoken or not."""
    for onset in ONSETS:
        for rhyme in sorted(rhymes_after(onset)):
            shape = onset + rhyme
            for tone in TONES_OF_STOPS if rhyme.endswith(STOPS) else Tone:
                yield shape, tone
