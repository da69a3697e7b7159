"""Do the same about several matters at once: all of them or none, each by the rules that hold for one."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.actions import Changed, Form, Incomplete, NotAllowed, NotThere, act_within
from sync.district.domain.complaint_steps import Action
from sync.district.domain.people import SignedIn
from sync.district.store.engine import Engine, writing
from sync.district.store.merges import lock_groups

IN_BULK = (Action.TAKE, Action.ASSIGN, Action.INFORM)
"""What is done about several at once: each is the same words for all of them. What is written to one citizen is not."""
MAX_AT_ONCE = 100


class Ticked(Struct, frozen=True):
    """A matter that was ticked, and the last thing that had happened to it on the list that was seen."""

    entry_id: str
    seen: int


class LeftOut(Struct, frozen=True):
    """A matter about which it could not be done. ``why``: a key of ``bulk.why``."""

    entry_id: str
    why: str


class _NotAll(Exception):
    """Undoes what was done about the others."""


def act_on_all(
    engine: Engine,
    schemes: tuple[Scheme, ...],
    who: SignedIn,
    ticked: Collection[Ticked],
    action: Action,
    fields: Mapping[str, str],
    now: datetime,
) -> tuple[LeftOut, ...]:
    """Does it about all of them in one transaction; returns about which it could not be done. Where there are any,
    nothing is done about the others either. Raises ``StoreUnavailable``."""
    left = list[LeftOut]()
    try:
        with writing(engine) as connection:
            lock_groups(connection, [each.entry_id for each in ticked])
            for each in sorted(ticked, key=lambda each: each.entry_id):
                try:
                    act_within(connection, schemes, who, each.entry_id, Form(action, fields, each.seen), now)
                except NotThere:
                    left.append(LeftOut(each.entry_id, "not_there"))
                except NotAllowed:
                    left.append(LeftOut(each.entry_id, f"not_allowed_{action}"))
                except Changed:
                    left.append(LeftOut(each.entry_id, "changed"))
                except Incomplete as error:
                    left.append(LeftOut(each.entry_id, f"{error}"))
            if left:
                raise _NotAll
    except _NotAll:
        return tuple(left)
    return ()
