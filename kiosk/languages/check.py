"""What a language pack lacks, in the order in which citizens meet it.

How long a text may be follows from what the layout is tried with on every panel: a language whose texts are two fifths
longer than Vietnamese, and none of whose words is wider than the widest of Vietnamese and English by as much.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from msgspec import Struct

from kiosk.domain.questionnaire import FALLBACK_LANGUAGE, Wording, in_language, questionnaire_from
from kiosk.domain.wording import consent_from, sentences_from
from kiosk.languages.pack import ANSWERS, CONSENT, SCREEN, SPOKEN, Pack, Part, endless, read_part
from kiosk.languages.packs import load_packs, reference_pack, typeface
from kiosk.languages.translations import question_key, spoken_of, texts_of
from kiosk.paths import shipped_scheme

#: the sections of the screen's and of the spoken words, in the order in which citizens meet them; what is met on every
#: screen stands last
STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("idle", ("product", "greeting", "idle", "scanner", "notice", "card", "rest", "finding", "bar")),
    ("faces", ("rate", "invited", "face", "score", "saving")),
    ("reasons", ("more", "private")),
    ("thanks", ("thanks", "sorry", "out", "still")),
    ("code", ("stage", "date", "code", "counter", "field", "digit", "erased", "number", "key", "keys")),
    ("words", ("tell", "consent", "sentence", "left_off", "writing")),
    ("receipt", ("told", "receipt", "paper", "look")),
    ("preferences", ("preferences", "volume", "pace", "marked", "unmarked", "ear")),
    (
        "staff",
        (
            "pin",
            "staff_card",
            "staff_view",
            "staff_due",
            "staff_asked",
            "staff_try",
            "staff_rated",
            "staff_words",
            "staff_more",
        ),
    ),
)
MANIFEST_STAGE, QUESTIONS = "manifest", "reasons"
MAX_LONGER = 1.4
#: in ems; so much has room everywhere, whatever the Vietnamese text is
ALWAYS_ROOM = 3.0
PLACE = re.compile(r"\{[^}]*\}")


class Lack(Struct, frozen=True):
    """One thing that is missing or not as it should be. ``word``: which, in the texts of the doctor; ``of``: the
    Vietnamese text that is meant, or what is wrong."""

    stage: str
    part: str
    key: str
    word: str
    of: str = ""


@cache
def expected_texts() -> dict[str, dict[str, str]]:
    """Each text a pack can have: by its file and key, in Vietnamese."""
    reference = reference_pack()
    asked = questionnaire_from(shipped_scheme("mot-cua.toml"))
    answers: dict[str, str] = {}
    for question in asked.questions:
        if question.words:
            answers[f"{question_key(asked, question)}."] = _vietnamese(question.words)
        for option in question.options:
            if option.words:
                answers[question_key(asked, question, option.answer)] = _vietnamese(option.words)
    for sentence in sentences_from(shipped_scheme("sentences.toml")):
        answers[f"sentence.{sentence.sentence_id}"] = _vietnamese(sentence.words)
    consent = consent_from(shipped_scheme("consent.toml"))
    spoken = read_part(reference.folder, SPOKEN, None, None) or Part()
    return {
        SCREEN: dict(reference.screen.texts),
        ANSWERS: answers,
        CONSENT: {consent.version: _vietnamese(consent.words)},
        SPOKEN: dict(spoken.texts),
    }


@cache
def published() -> dict[str, Wording]:
    """What was published with its own translations, by key: a pack need not say it once more."""
    asked = questionnaire_from(shipped_scheme("mot-cua.toml"))
    found: dict[str, Wording] = {question_key(asked, each): each.words for each in asked.questions}
    for question in asked.questions:
        found |= {question_key(asked, question, option.answer): option.words for option in question.options}
    found |= {f"sentence.{each.sentence_id}": each.words for each in sentences_from(shipped_scheme("sentences.toml"))}
    consent = consent_from(shipped_scheme("consent.toml"))
    return found | {f"{CONSENT}.{consent.version}": consent.words}


def lacks(pack: Pack, *, synthesised: bool) -> list[Lack]:
    """Everything, in the order in which citizens meet it. ``synthesised``: what nobody recorded is spoken by a voice of
    this language."""
    fields = {"reviewer": pack.reviewer, "licence": pack.licence}
    found = [Lack(MANIFEST_STAGE, "pack", field, "field") for field, value in fields.items() if not value]
    texts, faults = texts_of(pack)
    spoken, more = spoken_of(pack, reference_pack())
    translated = {key for key, words in published().items() if dict(words).get(pack.language)}
    found += [
        Lack(_stage(each.key), each.part, each.key, each.word, each.detail)
        for each in (*pack.screen.faults, *faults, *(fault for fault in more if fault.part == SPOKEN))
    ]
    faulty = {(each.part, each.key.rstrip(".")) for each in found}
    for part, wanted in expected_texts().items():
        own = {SCREEN: pack.screen.texts, SPOKEN: spoken}.get(part, texts)
        found += _of_part(part, wanted, own, translated, faulty)
    if not synthesised:
        found += _silent(pack)
    return in_order(found)


def in_order(found: Iterable[Lack]) -> list[Lack]:
    """In the order in which citizens meet them."""
    return sorted(found, key=_order)


def _silent(pack: Pack) -> Iterator[Lack]:
    sounds = pack.sounds()
    for part in (SPOKEN, ANSWERS, CONSENT):
        for key, text in expected_texts()[part].items():
            if (name := _name(part, key)) not in sounds:
                yield Lack(_stage(name), "sounds", name, "sound", text)


def _of_part(
    part: str, wanted: Mapping[str, str], own: Mapping[str, str], translated: set[str], faulty: set[tuple[str, str]]
) -> Iterator[Lack]:
    for key, text in wanted.items():
        name = _name(part, key)
        mine = own.get(key if part == SCREEN else name)
        if mine is None and name not in translated and (part, key.rstrip(".")) not in faulty:
            yield Lack(_stage(name), part, key, "missing", text)
        elif mine is not None and part in (ANSWERS, CONSENT) and endless(mine, text):
            yield Lack(_stage(name), part, key, "endless")
        elif mine is not None and part in (SCREEN, ANSWERS) and (word := _too_wide(key, mine, text)):
            yield Lack(_stage(name), part, key, word, mine)
    if part == ANSWERS:
        names = {_name(part, key) for key in wanted}
        strangers = (name for name in own if name not in names and not name.startswith(f"{CONSENT}."))
        yield from (Lack(_stage(name), part, name, "unknown") for name in strangers)


def _too_wide(key: str, text: str, vietnamese: str) -> str:
    """Whether a text, or a word that cannot be broken, may lack room on the smallest panels."""
    if _width(text) > max(MAX_LONGER * _width(vietnamese), _width(_english(key)), ALWAYS_ROOM):
        return "long"
    widest = max(map(typeface().width, _drawn(text).split()), default=0.0)
    return "wide_word" if widest > MAX_LONGER * _widest_word() else ""


def _width(text: str) -> float:
    return typeface().width(_drawn(text))


def _drawn(text: str) -> str:
    """With what is filled in as wide as two digits."""
    return PLACE.sub("00", text)


def _english(key: str) -> str:
    """The other text that is tried on every panel."""
    words = published().get(key.rstrip("."))
    return dict(words or ()).get("en", "") or _english_screen().get(key, "")


@cache
def _english_screen() -> Mapping[str, str]:
    return load_packs().offered["en"].screen.texts


@cache
def _widest_word() -> float:
    """Of all words on the screen in the two languages the layout is drawn for."""
    texts = [text for pack in load_packs().offered.values() for text in pack.screen.texts.values()]
    return max(typeface().width(word) for text in texts for word in _drawn(text).split())


def _name(part: str, key: str) -> str:
    """As the prompt with these words is called."""
    return f"{CONSENT}.{key}" if part == CONSENT else key.rstrip(".")


def _stage(name: str) -> str:
    section = name.split(".")[0]
    stage = next((stage for stage, sections in STAGES if section in sections), "")
    return stage or QUESTIONS


def _order(lack: Lack) -> tuple[int, int, int]:
    stages = [MANIFEST_STAGE, *(stage for stage, _ in STAGES)]
    sections = [section for _, sections in STAGES for section in sections]
    kinds = ["pack", SCREEN, ANSWERS, CONSENT, SPOKEN, "sounds"]
    section = lack.key.split(".")[0]
    place = sections.index(section) if section in sections else len(sections)
    return stages.index(lack.stage), kinds.index(lack.part), place


def _vietnamese(wording: Wording) -> str:
    return in_language(wording, FALLBACK_LANGUAGE)
