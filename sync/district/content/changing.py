"""Propose a change of what kiosks show, put it in force, refuse or withdraw it. Every act is an audit entry."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from msgspec import convert
from msgspec.structs import asdict

from kiosk.domain.calendar import holidays_from
from kiosk.domain.deadlines import Scheme, scheme_of, working_days_after
from kiosk.domain.reference import KINDS
from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.content_change import MAX_WHY, MIN_WHY, ContentChange, ContentKind, ContentState
from sync.district.domain.typed import clean
from sync.district.reference.held_wording import held_wording
from sync.district.reference.holidays import days_gone, without_substitute
from sync.district.reference.writing import write
from sync.district.store import audit
from sync.district.store import content_changes as store
from sync.district.store.action_plans import card_codes
from sync.district.store.engine import Connection
from sync.district.store.imports import Origin, holiday_lists, holidays_content, rows_by_key, write_holidays
from sync.district.store.locks import Lock, hold
from sync.district.store.reference_versions import content_of
from sync.district.times import local_day

_WORDINGS = {ContentKind.SENTENCES: "sentences", ContentKind.CONSENT: "consent"}
PAGE_VERSION = "trang-"
"""The version of a text that was written on a page begins with it."""


class ContentRefused(Exception):
    """It is not done. ``key`` names the text that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def current(connection: Connection, kind: ContentKind, key: str, day: date) -> dict[str, Any] | None:
    """A piece as it is now, in the shape in which it is changed; ``None`` where there is none. Ready sentences and the
    consent of the release hold until others are in force."""
    if kind is ContentKind.NOTICES:
        row = rows_by_key(connection, "notices", [key]).get(key)
        return None if row is None or row["removed"] else content_of("notices", row)
    if kind is ContentKind.HOLIDAYS:
        return holidays_content(connection, int(key)) if key.isascii() and key.isdigit() else None
    return held_wording(connection, _WORDINGS[kind], day)


def propose(connection: Connection, change: ContentChange) -> int:
    """Keeps a change until somebody else decides; its number. Raises ``ContentRefused``."""
    hold(connection, Lock.REFERENCE)
    why = " ".join(clean(change.why).split())
    if not MIN_WHY <= len(why) <= MAX_WHY:
        raise ContentRefused("no_reason")
    if change.before == change.after:
        raise ContentRefused("same")
    _refuse_plan_card(connection, change)
    if any(_same_piece(change, each) for each in store.waiting(connection)):
        raise ContentRefused("already_waits")
    if change.before != current(connection, change.kind, change.key, local_day(change.made_at)):
        raise ContentRefused("changed_since")
    number = store.add(connection, _with_why(change, why))
    _note(connection, change.made_at, change.made_by, "proposed", change, number)
    return number


def put_in_force(connection: Connection, change: ContentChange, by: str, now: datetime) -> int:
    """Makes a waiting change hold from now on; the revision that kiosks will learn of. Raises ``ContentRefused``, too
    when the piece is no longer what it was when the change was proposed."""
    hold(connection, Lock.REFERENCE)
    _refuse_plan_card(connection, change)
    if change.before != current(connection, change.kind, change.key, local_day(now)):
        raise ContentRefused("changed_since")
    revision = _apply(connection, change, now)
    if not store.decide(connection, change.change_id, ContentState.IN_FORCE, by, now, revision=revision):
        raise ContentRefused("decided")
    _note(connection, now, by, "in_force", change, change.change_id)
    return revision


def refuse(connection: Connection, change: ContentChange, by: str, why: str, now: datetime) -> None:
    """Somebody else does not put it in force, and says why. Raises ``ContentRefused``."""
    words = " ".join(clean(why).split())
    if not MIN_WHY <= len(words) <= MAX_WHY:
        raise ContentRefused("no_reason")
    if not store.decide(connection, change.change_id, ContentState.REFUSED, by, now, words):
        raise ContentRefused("decided")
    _note(connection, now, by, "refused", change, change.change_id)


def withdraw(connection: Connection, change: ContentChange, by: str, now: datetime) -> None:
    """Whoever proposed it takes it back. Raises ``ContentRefused``."""
    if not store.decide(connection, change.change_id, ContentState.WITHDRAWN, by, now):
        raise ContentRefused("decided")
    _note(connection, now, by, "withdrawn", change, change.change_id)


def planned(connection: Connection, kind: ContentKind, day: date) -> list[date]:
    """The days on which texts begin that were planned for later: each takes over from what is put in force now."""
    name = _WORDINGS.get(kind)
    return store.planned_days(store.wording_rows(connection, name), day) if name else []


def answer_dates(
    connection: Connection, content: Mapping[str, Any], schemes: Sequence[Scheme], today: date
) -> tuple[date, date] | None:
    """By when a complaint that arrives today is answered: as it is, and with this list of a year in force. ``None``
    where no deadlines hold."""
    scheme = scheme_of(schemes, today)
    if scheme is None:
        return None
    lists = holiday_lists(connection)
    days, old = scheme.working_days["answer"], holidays_from(lists.values())
    new = holidays_from((lists | {int(content["year"]): dict(content)}).values())
    return working_days_after(today, days, old), working_days_after(today, days, new)


def list_warnings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Mapping[str, object]]]:
    """What the import of a year's list would warn of too: texts by key, with what fills them in."""
    found = [(each.key, each.values) for each in without_substitute(after)]
    gone = days_gone(before, after)
    return [*found, *([("import.report.gone", {"n": gone})] if gone else [])]


def _same_piece(one: ContentChange, other: ContentChange) -> bool:
    return (one.kind, one.key) == (other.kind, other.key)


def _with_why(change: ContentChange, why: str) -> ContentChange:
    return ContentChange(**asdict(change) | {"why": why})


def _refuse_plan_card(connection: Connection, change: ContentChange) -> None:
    """The card of an action plan is changed where the plan is."""
    if change.kind is ContentKind.NOTICES and change.key in card_codes(connection):
        raise ContentRefused("plan_card")


def _apply(connection: Connection, change: ContentChange, now: datetime) -> int:
    match change.kind:
        case ContentKind.NOTICES:
            present = rows_by_key(connection, "notices", [change.key])
            content = change.after or change.before or {}
            row = asdict(convert(content, KINDS["notices"].record)) | {"removed": change.after is None}
            origin = Origin("", now, change.made_by, change.why)
            return write(connection, "notices", [row], present, origin)
        case ContentKind.HOLIDAYS:
            return write_holidays(connection, int(change.key), change.after or {}, "", now, change.made_by, change.why)
        case ContentKind.SENTENCES | ContentKind.CONSENT:
            version = _next_version(connection, change.kind)
            content = {"version": version, **(change.after or {})}
            kind = _WORDINGS[change.kind]
            row = {"wording_id": f"{kind}/{version}", "kind": kind, "content": content}
            return store.replace_wording(connection, row | {"valid_from": local_day(now), "valid_to": None}, now)


def _next_version(connection: Connection, kind: ContentKind) -> str:
    """A version that no text has had: what a citizen chose or agreed to names it for good. No release ships one that
    begins with ``PAGE_VERSION``, so that nobody hears the sound of another text."""
    known = {row["wording_id"].partition("/")[2] for row in store.wording_rows(connection, _WORDINGS[kind])}
    return next(name for name in (f"{PAGE_VERSION}{n}" for n in count(1)) if name not in known)


def _note(connection: Connection, at: datetime, by: str, did: str, change: ContentChange, number: int) -> None:
    detail: dict[str, Any] = {"did": f"content_{did}", "kind": str(change.kind), "change": number}
    detail |= {"unit": change.unit_id} if change.unit_id else {}
    audit.note(connection, AuditEntry(at, by, Audited.CONTENT, detail, change.why if did == "proposed" else ""))
