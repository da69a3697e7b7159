"""Versioned texts that citizens agree to, choose from or look up: the consent, ready sentences, the law."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct

from kiosk.domain.complaint import About
from kiosk.domain.questionnaire import Wording as Words
from kiosk.domain.reference import Wording, in_force

CONSENT, SENTENCES = "consent", "sentences"
_PICTURE = re.compile(r"[a-z0-9-]{0,40}")


class Consent(Struct, frozen=True):
    """What a citizen agrees to who leaves a name. ``version`` is kept with every entry made under it."""

    version: str
    words: Words


class Sentence(Struct, frozen=True):
    """A sentence ready to be picked by who cannot write; offered for the kinds in ``about``, all when empty.
    ``only_with_reply``: it asks for an answer, which a góp ý never gets. ``picture``: the name of the drawing by which
    it is chosen by who does not read; empty for none."""

    sentence_id: str
    words: Words
    about: tuple[About, ...] = ()
    only_with_reply: bool = False
    picture: str = ""


class Law(Struct, frozen=True):
    """By which law what is told here is what it is. ``name`` is that of its sound."""

    name: str
    words: Words
    valid_from: date | None = None
    valid_to: date | None = None


def consent_from(content: dict[str, Any]) -> Consent:
    """Reads ``{"version", "words": {language: text}}``. Raises ``ValueError`` naming what is wrong."""
    version = content.get("version")
    if not isinstance(version, str) or not version:
        raise ValueError("consent: no version")
    return Consent(version, _words(content.get("words"), "consent"))


def sentences_from(content: dict[str, Any]) -> tuple[Sentence, ...]:
    """Reads ``{"sentences": [{"id", "words", "about", "picture"}]}``. Raises ``ValueError`` naming what is wrong."""
    rows = content.get("sentences")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("sentences: not a list of objects")
    found = tuple(_sentence(row) for row in rows)
    if len({each.sentence_id for each in found}) < len(found):
        raise ValueError("sentences: an id stands twice")
    return found


def of_known_kinds(content: dict[str, Any]) -> dict[str, Any]:
    """Ready sentences as a newer district may send them, without what this release cannot say: a kind it does not know
    is left out, and with it a sentence that is for no other kind."""
    rows = content.get("sentences")
    if not isinstance(rows, list):
        return content
    kept = (_of_known_kinds(row) if isinstance(row, dict) else row for row in rows)
    return content | {"sentences": [row for row in kept if row is not None]}


def _of_known_kinds(row: dict[str, Any]) -> dict[str, Any] | None:
    about = row.get("about", [])
    if not (isinstance(about, list) and about):
        return row
    known = [each for each in about if each in (*About,)]
    return row | {"about": known} if known else None


def laws_from(content: dict[str, Any]) -> tuple[Law, ...]:
    """Reads ``{"law": [{"name", "words", "valid_from", "valid_to"}]}``. Raises ``ValueError`` naming what is wrong."""
    rows = content.get("law")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("name") for row in rows):
        raise ValueError("law: not a list of tables with names")
    return tuple(
        Law(str(row["name"]), _words(row.get("words"), "law"), row.get("valid_from"), row.get("valid_to"))
        for row in rows
    )


def law_on(laws: Iterable[Law], day: date) -> Law | None:
    """The one in force on a day; of several the one that came into force last."""
    usable = [each for each in laws if in_force(each.valid_from, each.valid_to, day)]
    return max(usable, key=lambda each: each.valid_from or date.min, default=None)


def newest(wordings: Iterable[Wording], kind: str, day: date) -> Wording | None:
    """The text of a kind that counts on a day: of several in force, the one that came into force last."""
    usable = [each for each in wordings if each.kind == kind and in_force(each.valid_from, each.valid_to, day)]
    return max(usable, key=lambda each: (each.valid_from or date.min, each.wording_id), default=None)


def _sentence(row: dict[str, Any]) -> Sentence:
    sentence_id, about = row.get("id"), row.get("about", [])
    if not isinstance(sentence_id, str) or not sentence_id:
        raise ValueError("sentences: one has no id")
    if not isinstance(about, list):
        raise ValueError(f"sentences: {sentence_id}: about is not a list")
    picture = row.get("picture", "")
    if not (isinstance(picture, str) and _PICTURE.fullmatch(picture)):
        raise ValueError(f"sentences: {sentence_id}: picture is not the name of a drawing")
    kinds, with_reply = tuple(About(each) for each in about), row.get("only_with_reply") is True
    return Sentence(sentence_id, _words(row.get("words"), sentence_id), kinds, with_reply, picture)


def _words(value: object, name: str) -> Words:
    if not isinstance(value, dict) or not value.get("vi") or not all(isinstance(text, str) for text in value.values()):
        raise ValueError(f"{name}: words in Vietnamese are missing")
    return tuple(value.items())
