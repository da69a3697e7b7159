"""What a change changes, in words: a frame does not draw all of it, and the second person sees all."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from kiosk.domain.reference import NoticeKind
from sync.district.domain.content_change import ContentKind, changed_fields
from sync.district.texts import Texts
from sync.district.web.content_view import drawing_names

_DAYS = ("valid_from", "valid_to")
_NO_FIELDS = ("notice_id", "unit_id")
"""What names a notice; it stands above the form, and no form changes it."""


class ContentDifference(Struct, frozen=True):
    """One thing that differs: what it is called, what it was and what it becomes; empty where there is none."""

    label: str
    was: str
    becomes: str


def differences(
    kind: ContentKind, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, texts: Texts
) -> list[ContentDifference]:
    """Everything that differs; of a piece that is new all it has, of one that is taken away nothing."""
    if after is None:
        return []
    old = before or {}
    match kind:
        case ContentKind.NOTICES:
            return list(_of_notice(old, after, texts))
        case ContentKind.HOLIDAYS:
            return list(_of_days(_days(old, texts), _days(after, texts)))
        case ContentKind.SENTENCES:
            return list(_of_sentences(old, after, texts))
        case ContentKind.CONSENT:
            return list(_of_words(old.get("words", {}), after["words"], "", texts))


def _of_notice(old: Mapping[str, Any], new: Mapping[str, Any], texts: Texts) -> Iterator[ContentDifference]:
    for name in changed_fields(old, new):
        if name == "translations":
            for part in ("title", "text"):
                was, becomes = (_translated(content.get(name, {}), part) for content in (old, new))
                yield from _of_words(was, becomes, texts(f"content.differs.{part}"), texts)
        elif name not in _NO_FIELDS:
            before, after = (_shown(name, content.get(name), texts) for content in (old, new))
            if before != after:
                yield ContentDifference(texts(f"content.differs.{name}"), before, after)


def _translated(translations: Mapping[str, Mapping[str, str]], part: str) -> dict[str, str]:
    return {language: words.get(part, "") for language, words in translations.items()}


def _shown(name: str, value: object, texts: Texts) -> str:
    if value in (None, ""):
        return ""
    if name in _DAYS:
        return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
    return texts(f"content.card.{value}") if name == "kind" and value in {*NoticeKind} else str(value)


def _of_words(old: Mapping[str, str], new: Mapping[str, str], label: str, texts: Texts) -> Iterator[ContentDifference]:
    """Words by their language."""
    for language in changed_fields(old, new):
        named, was, becomes = _language(language, texts), old.get(language, ""), new.get(language, "")
        if was != becomes:
            yield ContentDifference(f"{label} – {named}" if label else named, was, becomes)


def _language(language: str, texts: Texts) -> str:
    return texts(f"content.field.{language}") if language in ("vi", "en") else language


def _days(content: Mapping[str, Any], texts: Texts) -> dict[str, str]:
    """The days of a list that are not as any other: what they are, by their date."""
    lines = [(row, texts("content.day_off")) for row in content.get("off", [])]
    lines += [
        (row, texts("content.day_worked", day=_shown("valid_from", row["instead_of"], texts)))
        for row in content.get("worked", [])
    ]
    return {str(row["day"]): " – ".join(filter(None, (words, row.get("name", "")))) for row, words in lines}


def _of_days(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[ContentDifference]:
    for day in sorted(changed_fields(old, new)):
        yield ContentDifference(f"{date.fromisoformat(day):%d/%m/%Y}", old.get(day, ""), new.get(day, ""))


def _of_sentences(before: Mapping[str, Any], after: Mapping[str, Any], texts: Texts) -> Iterator[ContentDifference]:
    old, new = ({row["id"]: row for row in content.get("sentences", [])} for content in (before, after))
    pictures = dict(drawing_names(texts))
    for name, row in {**old, **new}.items():
        was, becomes = (_parts(each.get(name), pictures, texts) for each in (old, new))
        if name in old and name in new:
            label = row["words"].get("vi", "")
            yield from (
                ContentDifference(f"“{label}” – {part}", was.get(part, ""), becomes.get(part, ""))
                for part in changed_fields(was, becomes)
            )
        else:
            label = texts("content.differs.added" if name in new else "content.differs.removed")
            yield ContentDifference(label, *(_whole(parts) for parts in (was, becomes)))
    was_order, order = (
        [row["words"]["vi"] for name, row in rows.items() if name in old and name in new] for rows in (old, new)
    )
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield ContentDifference(texts("content.differs.order"), _numbered(was_order), _numbered(order))


def _parts(row: Mapping[str, Any] | None, pictures: Mapping[str, str], texts: Texts) -> dict[str, str]:
    """All that a sentence says and where it stands, by what each is called."""
    if row is None:
        return {}
    about = ", ".join(texts(f"content.about.{each}") for each in row.get("about", []))
    picture = row.get("picture", "")
    return {_language(language, texts): words for language, words in row["words"].items()} | {
        texts("content.differs.about"): about or texts("content.differs.everywhere"),
        texts("content.differs.reply"): texts(
            "content.differs.yes" if row.get("only_with_reply") else "content.differs.no"
        ),
        texts("content.field.picture"): pictures.get(picture, picture) or texts("content.field.no_picture"),
    }


def _whole(parts: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {words}" for name, words in parts.items())


def _numbered(words: Iterable[str]) -> str:
    return " ".join(f"{n}. {each}" for n, each in enumerate(words, 1))
