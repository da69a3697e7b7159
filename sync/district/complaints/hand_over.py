"""Hand over in one go what somebody owns, each matter by the rules that hold for one."""

from datetime import datetime

from msgspec import Struct

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.actions import Changed, Form, Incomplete, NotAllowed, NotThere, act, visible
from sync.district.domain.complaint_steps import Action
from sync.district.domain.people import SignedIn
from sync.district.domain.release import shown_before
from sync.district.domain.rights import Person
from sync.district.store import complaint_register as register
from sync.district.store import inbox
from sync.district.store.engine import Connection, Engine, reading
from sync.district.times import local_day


class HandedOver(Struct, frozen=True):
    """How many matters were handed over, and how many stayed because they are about the new owner, stand with another
    unit, or were changed meanwhile."""

    done: int
    left: int


def owners(connection: Connection, person: Person, now: datetime) -> dict[str, int]:
    """Who owns open matters this person may know of, and how many."""
    return inbox.owners(connection, person, shown_before(now))


def hand_over(
    engine: Engine, schemes: tuple[Scheme, ...], who: SignedIn, owner: str, to: str, now: datetime
) -> HandedOver:
    """Gives every open matter of ``owner`` that the person may assign to somebody else. Raises ``StoreUnavailable``;
    what was done by then stays done."""
    with reading(engine) as connection:
        person = register.person_of(connection, who, local_day(now))
        owned = inbox.owned_by(connection, person, shown_before(now), owner)
        seen = {entry_id: visible(connection, who, entry_id, now)[1].last_action for entry_id in owned}
    done = 0
    for entry_id, last_action in seen.items():
        try:
            act(engine, schemes, who, entry_id, Form(Action.ASSIGN, {"owner": to}, last_action), now)
            done += 1
        except (NotThere, NotAllowed, Changed, Incomplete):
            continue
    return HandedOver(done, len(seen) - done)
