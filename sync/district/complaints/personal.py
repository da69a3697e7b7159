"""What a citizen asks about their own data: written down, and a withdrawal or a deletion carried out."""

from collections.abc import Collection
from datetime import datetime

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.erasing import erase
from sync.district.domain.erasure import ErasureScope, Why
from sync.district.domain.personal_request import PersonalRequest, RequestAct, RequestChannel, RequestState, RequestStep
from sync.district.domain.personal_rules import RequestKind
from sync.district.store import complaint_register as register
from sync.district.store import personal_requests as store
from sync.district.store.complaint_register import ComplaintRecord
from sync.district.store.complaints import COMPLAINT
from sync.district.store.engine import Connection
from sync.district.store.erasure_list import ErasureList
from sync.district.store.merges import merges_with
from sync.district.store.withdrawals import withdrawn

SCOPE_OF = {RequestKind.WITHDRAW: ErasureScope.CONTACT, RequestKind.DELETE: ErasureScope.ALL}
"""What is erased for a request that erases."""


class NoContactThere(Exception):
    """A góp ý without a name and without a recording holds nothing about a person."""


def ask(
    connection: Connection,
    schemes: tuple[Scheme, ...],
    erased: ErasureList | None,
    entry_id: str,
    kind: RequestKind,
    channel: RequestChannel,
    at: datetime,
    by: str = "",
) -> int:
    """Writes a request down, within the transaction; a withdrawal is carried out at once. The same once more while it
    is open is kept once. Returns its number. Raises ``NoContactThere``."""
    store.begin(connection)
    main = main_of(connection, entry_id)
    found = register.whole(connection, main)
    if found is None or not holds_somebody(found):
        raise NoContactThere
    same = [each for each in store.requests_of(connection, main) if each.kind is kind]
    still = [each for each in same if each.state is RequestState.OPEN or kind is RequestKind.WITHDRAW]
    if still:
        return still[-1].request_id
    number = store.add_request(connection, main, kind, channel, at, by)
    if kind is RequestKind.WITHDRAW:
        carry_out(connection, schemes, erased, number, main, kind, at)
    return number


def holds_somebody(found: ComplaintRecord) -> bool:
    """Whether a complaint holds something about a person, or has held it: who they are, or their voice."""
    return found.line.kind == COMPLAINT or found.line.sound_parts > 0 or found.erased is not None


def withdraw_at_kiosks(connection: Connection, schemes: tuple[Scheme, ...], numbers: Collection[str]) -> None:
    """Carries out what citizens withdrew at kiosks under these receipt numbers, within the transaction. It stands in no
    list beside the database: a restored backup gets the entry from the kiosk once more."""
    for entry_id, at in withdrawn(connection, numbers).items():
        ask(connection, schemes, None, entry_id, RequestKind.WITHDRAW, RequestChannel.KIOSK, at)


def carry_out(
    connection: Connection,
    schemes: tuple[Scheme, ...],
    erased: ErasureList | None,
    number: int,
    entry_id: str,
    kind: RequestKind,
    at: datetime,
    by: str = "",
) -> None:
    """Erases what a request asks to erase, within the transaction, and writes that down."""
    why = Why.WITHDRAWN if kind is RequestKind.WITHDRAW else Why.ASKED
    done = erase(connection, schemes, entry_id, SCOPE_OF[kind], why, at)
    if erased is not None:
        erased.add(done, SCOPE_OF[kind])
    store.add_step(connection, number, RequestStep(at, by, RequestAct.ERASE))


def withdrawal_of(connection: Connection, entry_id: str) -> PersonalRequest | None:
    """The newest request of a matter by which something was erased, if there is one."""
    found = [each for each in store.requests_of(connection, main_of(connection, entry_id)) if each.is_erased]
    return found[-1] if found else None


def main_of(connection: Connection, entry_id: str) -> str:
    """What is answered for a complaint: the one it is merged into, else itself."""
    return next((each.into for each in merges_with(connection, [entry_id]) if each.entry_id == entry_id), entry_id)
