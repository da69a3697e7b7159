"""What packs say of the texts that come with a version: questions and their answers, ready sentences, the consent.

Such a text carries the translations that were published with it, and those count; a pack adds the languages it lacks.
"""

from collections.abc import Mapping
from functools import lru_cache

from msgspec.structs import replace

from kiosk.domain.questionnaire import FALLBACK_LANGUAGE, Question, Questionnaire, Wording
from kiosk.domain.wording import Consent, Sentence
from kiosk.languages.pack import ANSWERS, CONSENT, SPOKEN, BadPack, Fault, Pack, Part, endless, read_part
from kiosk.languages.packs import Packs, typeface


def question_key(questionnaire: Questionnaire, question: Question, answer: str = "") -> str:
    """The name of a question's or an answer's words in a pack, and of its sound."""
    name = f"{questionnaire.questionnaire_id}-{questionnaire.version}.{question.question_id}"
    return f"{name}.{answer}" if answer else name


class Translations:
    """``texts``: of each language the texts by key, ``sentence.ID`` and ``consent.VERSION`` among them."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._texts = {language: own for language, own in (texts or {}).items() if own}
        self.questionnaire = lru_cache(maxsize=2)(self._questionnaire)

    def of(self, key: str, wording: Wording) -> Wording:
        """The words with what the packs add; what is many times longer than the Vietnamese words is left out."""
        published = {language: text for language, text in wording if text}
        vietnamese = published.get(FALLBACK_LANGUAGE)
        added = ((language, own[key]) for language, own in self._texts.items() if key in own)
        return (*wording, *(each for each in added if each[0] not in published and not endless(each[1], vietnamese)))

    def sentences(self, sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        return tuple(replace(each, words=self.of(f"sentence.{each.sentence_id}", each.words)) for each in sentences)

    def consent(self, consent: Consent) -> Consent:
        return replace(consent, words=self.of(f"consent.{consent.version}", consent.words))

    def _questionnaire(self, asked: Questionnaire) -> Questionnaire:
        if not self._texts:
            return asked
        return replace(asked, questions=tuple(self._question(asked, question) for question in asked.questions))

    def _question(self, asked: Questionnaire, question: Question) -> Question:
        options = tuple(
            replace(option, words=self.of(question_key(asked, question, option.answer), option.words))
            if option.words
            else option
            for option in question.options
        )
        words = self.of(question_key(asked, question), question.words) if question.words else ()
        return replace(question, words=words, options=options)


def translations_of(packs: Packs) -> Translations:
    """What the offered packs add."""
    return Translations({language: texts_of(pack)[0] for language, pack in packs.offered.items()})


def texts_of(pack: Pack) -> tuple[dict[str, str], list[Fault]]:
    """The answers, sentences and consents of a pack by key, and what of them is left out. A consent is a text of one
    piece: it is there in the language or it is not."""
    answers, first = _part(pack, ANSWERS)
    consents, second = _part(pack, CONSENT)
    named = {f"{CONSENT}.{version}": text for version, text in consents.texts.items()}
    return {**named_as_prompts(answers.texts), **named}, [*answers.faults, *consents.faults, *first, *second]


def spoken_of(pack: Pack, reference: Pack) -> tuple[dict[str, str], list[Fault]]:
    """What a pack has to say, by the names of prompts, and what of it is left out. ``reference`` has every prompt."""
    known = None if pack == reference else _part(reference, SPOKEN)[0].texts
    own, faults = _part(pack, SPOKEN, known)
    texts, others = texts_of(pack)
    return {**texts, **named_as_prompts(own.texts)}, [*own.faults, *faults, *others]


def named_as_prompts(texts: Mapping[str, str]) -> dict[str, str]:
    """Keys as prompts are called: the text of a whole table stands under the table's own name."""
    return {key.rstrip("."): text for key, text in texts.items()}


def _part(pack: Pack, part: str, known: Mapping[str, str] | None = None) -> tuple[Part, list[Fault]]:
    """Spoken words are drawn nowhere, so the typeface need not have their letters."""
    try:
        return read_part(pack.folder, part, known, None if part == SPOKEN else typeface()) or Part(), []
    except BadPack as error:
        return Part(), [Fault(part, "", error.word, str(error.values.get("error", "")))]
