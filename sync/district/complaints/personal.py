"""What a citizen asks about their own data: written down, and a withdrawal or a deletion carried out."""

from collections.abc import Collection
from datetime import datetime

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.actions import citizens_words
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
    """Writes a request down, within the transaction; a withdrawal that came with the receipt's token (``by`` is empty)
    is carried out at once, also where one that somebody recorded still waits for a leader. The same once more while it
    is open is kept once. Returns its number. Raises ``NoContactThere``."""
    store.begin(connection)
    main = main_of(connection, entry_id)
    found = register.whole(connection, entry_id)
    if found is None or not holds_somebody(found):
        raise NoContactThere
    same = [each for each in store.requests_of(connection, main) if each.kind is kind]
    withdraws = kind is RequestKind.WITHDRAW
    still = [each for each in same if _stands(each, found)]
    if still and (by or not withdraws or still[-1].is_erased):
        return still[-1].request_id
    number = still[-1].request_id if still else store.add_request(connection, entry_id, kind, channel, at, by)
    if withdraws and not by:
        carry_out(connection, schemes, erased, number, main, kind, at)
    return number


def holds_somebody(found: ComplaintRecord) -> bool:
    """Whether a complaint holds something about a person, or has held it: who they are, or their voice."""
    return found.line.kind == COMPLAINT or found.line.sound_parts > 0 or found.erased is not None


def withdraw_at_kiosks(connection: Connection, schemes: tuple[Scheme, ...], numbers: Collection[str]) -> None:
    """Carries out what citizens withdrew at kiosks under these receipt numbers, within the transaction. The
    projector puts it on the list beside the database afterwards: the kiosk may be gone when a backup is restored."""
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
    text: str = "",
) -> None:
    """Erases what a request asks to erase, within the transaction, and writes that down. ``by`` and ``text``: who did
    it and why they may; empty for the citizen with the receipt's token."""
    why = Why.WITHDRAWN if kind is RequestKind.WITHDRAW else Why.ASKED
    done = erase(connection, schemes, entry_id, SCOPE_OF[kind], why, at)
    if erased is not None:
        erased.add(done, SCOPE_OF[kind], why)
    store.add_step(connection, number, RequestStep(at, by, RequestAct.ERASE, text))


def _stands(request: PersonalRequest, found: ComplaintRecord) -> bool:
    """Whether the same asked once more of a complaint is nothing new: what was merged since is erased on its own."""
    if request.kind is RequestKind.WITHDRAW and request.is_erased:
        return found.erased is not None
    return request.state is RequestState.OPEN


def is_wordless(connection: Connection, found: ComplaintRecord) -> bool:
    """Whether a citizen told a matter by voice alone: what it is about goes with the recording."""
    return not found.line.sentences and not any(word.strip() for word in citizens_words(connection, found))


def main_of(connection: Connection, entry_id: str) -> str:
    """What is answered for a complaint: the one it is merged into, else itself."""
    return next((each.into for each in merges_with(connection, [entry_id]) if each.entry_id == entry_id), entry_id)
