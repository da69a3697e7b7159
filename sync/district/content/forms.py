"""Read what somebody typed for a notice, a year's holidays, the ready sentences or the consent, as it is kept. Pure."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct, to_builtins

from kiosk.domain.complaint import About
from kiosk.domain.reference import Notice, NoticeKind
from kiosk.domain.wording import consent_from, sentences_from
from sync.district.domain.action_plan import MAX_CARD_TEXT, MAX_CARD_TITLE
from sync.district.domain.typed import clean
from sync.district.reference.files.table import Unreadable
from sync.district.reference.holidays import checked_holidays

MAX_LINK, MAX_POSITION, MAX_NAME = 300, 999, 80
MAX_SENTENCE, MAX_SENTENCES, MAX_CONSENT = 120, 32, 1_500
OFFICE = "{office}"
NOTICE_PREFIX = "TRANG-"
"""The code of a notice that was written on a page begins with it."""
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")


class WrongContent(Exception):
    """What was typed cannot be kept. ``key`` names the text that says why, ``values`` fill it in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def new_notice_code() -> str:
    """A code that no notice has."""
    return f"{NOTICE_PREFIX}{secrets.token_hex(4).upper()}"


def is_notice_code(code: str) -> bool:
    """Whether it is the code of a notice that was written on a page."""
    return re.fullmatch(rf"{NOTICE_PREFIX}[0-9A-F]{{8}}", code) is not None


def notice_from(code: str, unit_id: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """A notice of a unit, as JSON values. Raises ``WrongContent``."""
    title, text = _line(typed, "title", MAX_CARD_TITLE), _line(typed, "text", MAX_CARD_TEXT)
    english = {"title": _line(typed, "title_en", MAX_CARD_TITLE), "text": _line(typed, "text_en", MAX_CARD_TEXT)}
    link, position = _line(typed, "link", MAX_LINK), typed.get("position", "").strip() or "0"
    first, last = _day_or_none(typed.get("valid_from", "")), _day_or_none(typed.get("valid_to", ""))
    if not title:
        raise WrongContent("no_title")
    if typed.get("kind") not in {*NoticeKind}:
        raise WrongContent("no_kind")
    if english["text"] and not english["title"]:
        raise WrongContent("no_title_en")
    if link and not re.fullmatch(r"https://[!-~]+", link):
        raise WrongContent("link")
    if not (position.isascii() and position.isdigit() and int(position) <= MAX_POSITION):
        raise WrongContent("position", most=MAX_POSITION)
    if first and last and last < first:
        raise WrongContent("days")
    translations = {"en": {name: words for name, words in english.items() if words}} if english["title"] else {}
    notice = Notice(code, unit_id, typed["kind"], title, text, translations, link, int(position), first, last)
    return dict(to_builtins(notice))


class TypedSentence(Struct, frozen=True):
    """One ready sentence as typed. ``sentence_id``: empty for a new one. ``about``: for which kinds it is offered."""

    sentence_id: str
    vi: str
    en: str
    about: tuple[str, ...]
    only_with_reply: bool
    picture: str


def sentences_of(typed: Sequence[TypedSentence], before: Mapping[str, Any]) -> dict[str, Any]:
    """The ready sentences as JSON values, without their version. One whose Vietnamese words are others than before is
    another sentence: what citizens sent keeps its meaning. Raises ``WrongContent``."""
    known = {row["id"]: row for row in before.get("sentences", [])}
    rows: list[dict[str, Any]] = []
    for each in typed:
        vi, en = (_short(words, MAX_SENTENCE) for words in (each.vi, each.en))
        if not vi:
            continue  # an empty line is no sentence: so one is taken out
        was = known.get(each.sentence_id)
        same = was is not None and was["words"].get("vi") == vi
        others = {language: words for language, words in (was or {}).get("words", {}).items() if same}
        words = {name: text for name, text in (others | {"vi": vi, "en": en}).items() if text}
        row: dict[str, Any] = {"id": each.sentence_id if same else f"c-{secrets.token_hex(4)}", "words": words}
        about = [kind for kind in About if kind in each.about]
        row |= {"about": [str(kind) for kind in about]} if about else {}
        row |= {"only_with_reply": True} if each.only_with_reply else {}
        rows.append(row | ({"picture": each.picture} if each.picture else {}))
    if not rows or len(rows) > MAX_SENTENCES:
        raise WrongContent("sentences", most=MAX_SENTENCES)
    if len({row["words"]["vi"] for row in rows}) < len(rows):
        raise WrongContent("sentence_twice")
    try:
        sentences_from({"sentences": rows})
    except (ValueError, TypeError) as error:
        raise WrongContent("sentences", most=MAX_SENTENCES) from error
    return {"sentences": rows}


def consent_of(vi: str, en: str) -> dict[str, Any]:
    """The consent as JSON values, without its version. Raises ``WrongContent``."""
    words = {name: _short(text, MAX_CONSENT) for name, text in (("vi", vi), ("en", en))}
    if not words["vi"]:
        raise WrongContent("consent_vi")
    if any(text and OFFICE not in text for text in words.values()):
        raise WrongContent("consent_office")
    content = {"words": {name: text for name, text in words.items() if text}}
    consent_from({"version": "new", **content})
    return content


def holidays_of(year: str, off: str, worked: str) -> dict[str, Any]:
    """A year's holidays from lines such as ``02/09/2026 Quốc khánh`` and ``10/01/2026 02/01/2026`` (worked, and the day
    that it stands in for), as JSON values. Raises ``WrongContent``."""
    if not (year.isascii() and year.isdigit()):
        raise WrongContent("import.holidays.year")
    days_off = [_day_off(line) for line in clean(off).splitlines() if line.strip()]
    content: dict[str, Any] = {"year": int(year), "off": sorted(days_off, key=lambda row: row["day"])}
    days_worked = [_day_worked(line) for line in clean(worked).splitlines() if line.strip()]
    if days_worked:
        content["worked"] = sorted(days_worked, key=lambda row: row["day"])
    try:
        checked_holidays(content)
    except Unreadable as error:
        raise WrongContent(error.key, **error.values) from error
    if len({row["day"] for row in days_off}) < len(days_off):
        raise WrongContent("day_twice")
    return content


def lines_of(content: Mapping[str, Any]) -> tuple[str, str]:
    """A year's list as the two texts of the form."""
    off = (f"{_shown(row['day'])} {row.get('name', '')}".strip() for row in content.get("off", []))
    worked = (f"{_shown(row['day'])} {_shown(row['instead_of'])}" for row in content.get("worked", []))
    return "\n".join(off), "\n".join(worked)


def _day_off(line: str) -> dict[str, str]:
    found = _DAY.match(line.strip())
    if found is None:
        raise WrongContent("line", line=line.strip()[:MAX_NAME])
    row, name = {"day": _iso(found, line)}, " ".join(line.strip()[found.end() :].split())[:MAX_NAME]
    return row | ({"name": name} if name else {})


def _day_worked(line: str) -> dict[str, str]:
    found = [*_DAY.finditer(line)]
    if len(found) != 2:
        raise WrongContent("line_worked", line=line.strip()[:MAX_NAME])
    return {"day": _iso(found[0], line), "instead_of": _iso(found[1], line)}


def _iso(found: re.Match[str], line: str) -> str:
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError as error:
        raise WrongContent("line", line=line.strip()[:MAX_NAME]) from error


def _shown(day: object) -> str:
    return f"{date.fromisoformat(str(day)):%d/%m/%Y}"


def _line(typed: Mapping[str, str], name: str, longest: int) -> str:
    return _short(typed.get(name, ""), longest)


def _short(text: str, longest: int) -> str:
    """On one line, as kiosks draw it. Raises ``WrongContent`` when it is longer than may be."""
    words = " ".join(clean(text).split())
    if len(words) > longest:
        raise WrongContent("too_long", most=longest, begins=words[:20])
    return words


def _day_or_none(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError as error:
        raise WrongContent("day") from error
