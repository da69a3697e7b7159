"""What became of a piece of what kiosks show: who changed it when, who else decided, and what it was then."""

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from sync.district.domain.content_change import ContentKind, ContentState
from sync.district.store import content_changes as store
from sync.district.store.engine import Connection
from sync.district.store.reference_versions import find_revision, histories
from sync.district.times import local_day

MAX_SHOWN = 40


class PastContent(Struct, frozen=True):
    """A piece as it was from ``at`` on (``content``: ``None`` where it was taken away). ``number`` names it on the
    pages: a change's number, or of a notice that came from a file ``r`` and the revision. ``decided_by`` is empty where
    nobody was asked: a file was imported by command. ``person`` is empty where nobody was told. ``holds_from``: the day
    from which it holds, where that is later than ``at``."""

    number: str
    at: datetime
    person: str
    decided_by: str
    why: str
    content: dict[str, Any] | None
    file_name: str = ""
    holds_from: date | None = None


def past(connection: Connection, kind: ContentKind, key: str) -> list[PastContent]:
    """What held, the newest first; of a notice what files brought too, and last of all what was there before the first
    change that is known."""
    changes = [each for each in store.history(connection, kind, key, MAX_SHOWN) if each.state is ContentState.IN_FORCE]
    found = [
        PastContent(
            str(each.change_id),
            each.decided_at or each.made_at,
            each.made_by,
            each.decided_by,
            each.why if each.decided_by else "",
            each.after,
            "" if each.decided_by else each.why,
            each.holds_from,
        )
        for each in changes
    ]
    if kind is ContentKind.NOTICES:
        found += _from_files(connection, key, {each.revision for each in changes})
        return sorted(found, key=lambda each: each.at, reverse=True)[:MAX_SHOWN]
    if changes and changes[-1].before is not None:
        first = changes[-1]
        found.append(PastContent(f"b{first.change_id}", first.made_at, "", "", "", first.before))
    return found


def _from_files(connection: Connection, key: str, known: set[int | None]) -> list[PastContent]:
    found = []
    for version in histories(connection, "notices", [key]).get(key, []):
        revision = None if version.revision in known else find_revision(connection, version.revision)
        if revision is not None:
            content = None if version.removed else dict(version.content)
            who = (revision.person or "", "", revision.reason or "")
            later = version.holds_from is not None and version.holds_from > local_day(revision.made_at)
            first_day = version.holds_from if later else None
            number = f"r{revision.revision}"
            found.append(PastContent(number, revision.made_at, *who, content, revision.file_name, first_day))
    return found
