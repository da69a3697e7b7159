"""Tell whether what a citizen told as a question reads like a report of bribery or abuse. Pure.

Whoever asks about a procedure asks what it costs, in the words of a report ("mất bao nhiêu tiền"). A sentence that only
asks, and names nobody who did something, is therefore not looked at (``[question]`` of
``config/schemes/sensitive-words.toml``); every other sentence is looked at as in any complaint.
``tests/district/question_words.toml`` measures it.
"""

from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType

from kiosk.domain.complaint import About
from kiosk.paths import shipped_scheme
from sync.district.domain.plain_syllables import read_out, sentences, syllables
from sync.district.domain.sensitive import Phrases, has_any, phrases_of, reads_sensitive


def complaint_reads_sensitive(
    about: str | None,
    text: str,
    picked: Collection[str] = (),
    words: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> bool:
    """Whether a complaint reads like a report, what is told as a question included. ``picked``: its ready sentences;
    ``words``: the Vietnamese words that their ids have had. Those under which the release itself ships an id are not
    read: ``config/schemes/sensitive-words.toml`` names the ids among them that say much."""
    written = (each for name in picked for each in words.get(name, ()) if each != _shipped_sentences().get(name))
    whole = "\n".join([text, *written])
    if about == About.QUESTION:
        whole = "\n".join(each for each in sentences(whole) if not only_asks(each))
    return reads_sensitive(whole, picked=picked)


def only_asks(sentence: str) -> bool:
    """Whether a sentence asks, and tells of nobody and nothing that happened.

    >>> only_asks("Đăng ký kết hôn mất bao nhiêu tiền?")
    True
    >>> only_asks("Phải đưa cho cán bộ bao nhiêu tiền?")
    False
    """
    asks, tells, short = _words()
    typed = syllables(sentence)
    full = read_out(typed, short)
    if not has_any(asks, full):
        return False
    return not any(has_any(tells, _without(asks, reading)) for reading in (typed, full))


def _without(asks: Phrases, found: list[str]) -> list[str]:
    """The syllables without what asks: without marks "bao nhieu" would be somebody who said something (bảo)."""
    for phrase in asks:
        for at in range(len(found) - len(phrase), -1, -1):
            if has_any((phrase,), found[at : at + len(phrase)]):
                found = [*found[:at], "·", *found[at + len(phrase) :]]
    return found


@cache
def _shipped_sentences() -> Mapping[str, str]:
    return {row["id"]: row["words"]["vi"] for row in shipped_scheme("sentences.toml")["sentences"]}


@cache
def _words() -> tuple[Phrases, Phrases, dict[str, str]]:
    content = shipped_scheme("sensitive-words.toml")
    asks, tells, soft = (content["question"][name] for name in ("asks", "tells", "soft"))
    hard = [each for each in content["words"] if each not in soft]
    return phrases_of(asks), phrases_of([*tells, *hard]), content["short"]
