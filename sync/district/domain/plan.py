"""A list that was brought before the day from which it holds. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class PlanState(StrEnum):
    """What became of a planned import. The values stand in the database.

    ``WAITING``: its day has not come. ``APPLIED``: it became an import. ``REFUSED``: on its day the file did not fit
    what was known by then, and nothing was changed. ``CANCELLED``: somebody took it back before its day.
    """

    WAITING = "waiting"
    APPLIED = "applied"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class PlannedImport(Struct, frozen=True):
    """A file, and what was said and agreed to when it was brought. ``holds_from``: the local day on which it is
    imported. ``fixed``: values for columns it does not have; ``sheets``: the only ones of a workbook to read."""

    kind: str
    file_name: str
    data: bytes
    fixed: Mapping[str, str]
    sheets: tuple[str, ...]
    is_full: bool
    may_empty: bool
    may_close: bool
    holds_from: date
    person: str | None


class PlanLine(Struct, frozen=True):
    """A planned import as it is listed. ``outcome``: why it was refused or cancelled."""

    plan_id: int
    kind: str
    file_name: str
    holds_from: date
    person: str | None
    planned_at: datetime
    state: PlanState
    ended_at: datetime | None
    revision: int | None
    outcome: str | None
