"""What kiosks show, as the pages that change it draw it: the form, and a frame of the panel's proportions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from msgspec import Struct

from kiosk.domain.complaint import About
from kiosk.domain.reference import NoticeKind
from kiosk.paths import shared, shipped_scheme
from sync.district.content.forms import TypedSentence, consent_of, holidays_of, lines_of, notice_from, sentences_of
from sync.district.domain.content_change import ContentKind
from sync.district.texts import Texts
from sync.district.web.qr import qr_path

NOTICE_FIELDS = ("kind", "title", "text", "title_en", "text_en", "link", "position", "valid_from", "valid_to")
"""The fields of a notice's form, in its order."""
ROW_FIELDS = 4
"""The fields of a sentence's line: its id, Vietnamese, English, its drawing."""
NEW_ROWS = 2
"""So many empty lines stand below the sentences."""
WITH_REPLY = "reply"
_DRAWN = ("notice-", "say-", "reason-")
"""What the names of the drawings begin with that notices and sentences may have, beside those of this release's own."""
TURNS_PAGES = "say-others"
"""The drawing on the notice that leads to the next sentences."""


class NoticeLine(Struct, frozen=True):
    """A notice in the list: ``is_over``: its last day has passed; ``of_plan``: it is changed where its plan is."""

    code: str
    unit_name: str
    kind: str
    title: str
    valid_from: date | None
    valid_to: date | None
    is_over: bool
    of_plan: bool


class DayLine(Struct, frozen=True):
    """One line of a year's holidays: a day off, or one that is worked in exchange for ``instead_of``."""

    day: date
    name: str
    instead_of: date | None


class DrawnSentence(Struct, frozen=True):
    """A ready sentence as a notice of the kiosk: its words and its drawing."""

    words: str
    english: str
    picture: str
    about: tuple[str, ...]
    only_with_reply: bool

    def fits(self, about: About) -> bool:
        """Whether it is offered to who speaks of this; a question always awaits a reply."""
        return not self.about or about in self.about


class Preview(Struct, frozen=True):
    """A piece as the kiosk draws it. ``words``: the consent by language. ``qr``: a notice's link. ``groups``: the ready
    sentences by what the citizen speaks of, as they are offered. Which of them is filled follows from the kind;
    ``is_there``: there is such a piece at all."""

    is_there: bool
    notice: Mapping[str, Any] | None = None
    qr: Any = None
    days: tuple[DayLine, ...] = ()
    groups: tuple[tuple[str, tuple[DrawnSentence, ...]], ...] = ()
    words: tuple[tuple[str, str], ...] = ()


def notice_lines(
    notices: Sequence[Mapping[str, Any]], names: Mapping[str, str], of_plans: Collection[str], today: date
) -> list[NoticeLine]:
    """The notices of the list, those that are over last."""
    lines = [
        NoticeLine(
            each["notice_id"],
            names.get(each["unit_id"], each["unit_id"]),
            each["kind"] if each["kind"] in {*NoticeKind} else str(NoticeKind.GENERAL),
            each["title"],
            _day(each.get("valid_from")),
            last := _day(each.get("valid_to")),
            last is not None and last < today,
            each["notice_id"] in of_plans,
        )
        for each in notices
    ]
    return sorted(lines, key=lambda line: line.is_over)


def typed_content(
    kind: ContentKind, key: str, unit_id: str, typed: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """What was typed, as it is kept. Raises ``WrongContent``."""
    match kind:
        case ContentKind.NOTICES:
            return notice_from(key, unit_id, typed["notice"])
        case ContentKind.HOLIDAYS:
            return holidays_of(key, typed["off"], typed["worked"])
        case ContentKind.SENTENCES:
            return sentences_of(_rows(typed["row"], typed["offered"]), before)
        case ContentKind.CONSENT:
            return consent_of(typed["vi"], typed["en"])


def form_of(kind: ContentKind, typed: Mapping[str, Any] | None, content: Mapping[str, Any] | None) -> dict[str, Any]:
    """What stands in the form: what was typed, else a piece as it is or was."""
    content = content or {}
    match kind:
        case ContentKind.NOTICES:
            return {"notice": dict.fromkeys(NOTICE_FIELDS, "") | (typed["notice"] if typed else _notice_form(content))}
        case ContentKind.HOLIDAYS:
            off, worked = (typed["off"], typed["worked"]) if typed else lines_of(content)
            return {"off": off, "worked": worked}
        case ContentKind.SENTENCES:
            rows = _rows(typed["row"], typed["offered"]) if typed else [_row(each) for each in content["sentences"]]
            empty = TypedSentence("", "", "", (), False, "")
            kept = [row for row in rows if row.vi or row.sentence_id]
            return {"rows": [*kept, *[empty] * NEW_ROWS]}
        case ContentKind.CONSENT:
            words = content.get("words", {})
            return {
                "vi": typed["vi"] if typed else words.get("vi", ""),
                "en": typed["en"] if typed else words.get("en", ""),
            }


def preview_of(kind: ContentKind, content: Mapping[str, Any] | None, texts: Texts) -> Preview:
    """A piece as the kiosk draws it."""
    if content is None:
        return Preview(is_there=False)
    match kind:
        case ContentKind.NOTICES:
            return Preview(True, notice=content, qr=qr_path(content["link"]) if content.get("link") else None)
        case ContentKind.HOLIDAYS:
            off = [DayLine(_known_day(row["day"]), row.get("name", ""), None) for row in content.get("off", [])]
            worked = [
                DayLine(_known_day(row["day"]), row.get("name", ""), _known_day(row["instead_of"]))
                for row in content.get("worked", [])
            ]
            return Preview(True, days=tuple(sorted([*off, *worked], key=lambda line: line.day)))
        case ContentKind.SENTENCES:
            drawn = [_drawn(each) for each in content["sentences"]]
            groups = ((str(about), tuple(each for each in drawn if each.fits(about))) for about in About)
            return Preview(True, groups=tuple((about, sentences) for about, sentences in groups if sentences))
        case ContentKind.CONSENT:
            office = texts("content.office")
            words = ((name, text.replace("{office}", office)) for name, text in content["words"].items())
            return Preview(True, words=tuple(words))


@cache
def drawings() -> Mapping[str, str]:
    """The kiosk's own drawings for notices and sentences, by name; they are files of this release, and stand on pages
    as they are."""
    folder, shipped = shared("assets") / "images" / "src", {row.get("picture", "") for row in _shipped_sentences()}
    files = [path for path in sorted(folder.glob("*.svg")) if path.stem in shipped or path.stem.startswith(_DRAWN)]
    return {path.stem: path.read_text("utf-8") for path in files}


def drawing_names(texts: Texts) -> list[tuple[str, str]]:
    """The drawings that a sentence may have, by what they are called: the sentence of this release that has it, else
    a number."""
    shipped = {row.get("picture", ""): row["words"] for row in _shipped_sentences()}
    names = [name for name in drawings() if not name.startswith("notice-") and name != TURNS_PAGES]
    words = {name: shipped[name].get(texts.language, shipped[name]["vi"]) for name in names if name in shipped}
    others = {
        name: texts("content.field.drawing", n=n) for n, name in enumerate((n for n in names if n not in words), 1)
    }
    return [(name, (words | others)[name]) for name in names]


def _shipped_sentences() -> list[dict[str, Any]]:
    return list(shipped_scheme("sentences.toml")["sentences"])


def _notice_form(content: Mapping[str, Any]) -> dict[str, str]:
    english = content.get("translations", {}).get("en", {})
    form = {name: str(content[name]) for name in NOTICE_FIELDS if content.get(name) not in (None, "")}
    return form | {"title_en": english.get("title", ""), "text_en": english.get("text", "")}


def _rows(fields: Sequence[str], offered: Collection[str]) -> list[TypedSentence]:
    """The lines of the sentences. What is ticked names its line: ``3.conduct``."""
    rows = []
    for at in range(len(fields) // ROW_FIELDS):
        sentence_id, vi, en, picture = fields[at * ROW_FIELDS : (at + 1) * ROW_FIELDS]
        ticked = {each.partition(".")[2] for each in offered if each.partition(".")[0] == str(at)}
        about = tuple(str(kind) for kind in About if kind in ticked)
        known = picture if picture in drawings() else ""
        rows.append(TypedSentence(sentence_id[:64], vi, en, about, WITH_REPLY in ticked, known))
    return rows


def _row(each: Mapping[str, Any]) -> TypedSentence:
    words, about = each["words"], tuple(each.get("about", ()))
    picture = each.get("picture", "")
    return TypedSentence(
        each["id"], words.get("vi", ""), words.get("en", ""), about, each.get("only_with_reply", False), picture
    )


def _drawn(each: Mapping[str, Any]) -> DrawnSentence:
    row = _row(each)
    return DrawnSentence(row.vi, row.en, row.picture, row.about, row.only_with_reply)


def _day(value: object) -> date | None:
    return None if value is None else _known_day(value)


def _known_day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
