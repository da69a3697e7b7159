"""Go over to another address of the district: announced in a snapshot, signed, and used once the district
answers there.

Until then the old address stays in use, and afterwards too when nobody of ours is at the new one.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from kiosk.box import keys
from kiosk.box.box import Box
from kiosk.box.opening import recalled, remembered
from kiosk.store import box_state, identity
from kiosk.store.identity import Identity
from sync.agent.batches import CURSOR
from sync.agent.policy import Misunderstood, Refused, Unreachable
from sync.agent.transport import Transport
from sync.protocol.chain import address_is_signed
from sync.protocol.snapshot import DistrictAddress

log = logging.getLogger(__name__)

NEXT = "next_address"
AUTHORITIES, AUTHORITIES_THERE = "authorities.pem", "authorities.next.pem"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class NextAddress(Struct, frozen=True):
    """An announced address that is not in use yet, and why not (empty: not tried yet)."""

    number: int
    url: str
    authorities: str
    trouble: str = ""


def is_private(address: str) -> bool:
    """Whether the box's token would not go there in clear: https, or a district on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def next_address(tx: Any) -> NextAddress | None:
    """The announced address that is not in use yet."""
    known = box_state.get(tx, NEXT)
    return NextAddress(**known) if known else None


def note_address(tx: Any, who: Identity, announced: DistrictAddress | None) -> None:
    """Keeps a newer address, if it is our district's word."""
    waiting = next_address(tx)
    if announced is None or announced.number <= max(who.address_number, waiting.number if waiting else 0):
        return
    if not address_is_signed(
        announced.number, announced.url, announced.authorities, announced.signature, who.receipt_public_key
    ):
        log.error("address %d is not signed by our district; the present one stays", announced.number)
        return
    if not is_private(announced.url):
        log.error("address %d is not https; the present one stays", announced.number)
        return
    _put(tx, NextAddress(announced.number, announced.url, announced.authorities))


def announced_authorities(folder: Path) -> str:
    """The file of authorities that the district announced with its address, beside the keys in ``folder``; empty when
    it named none: then those of the settings are believed."""
    kept = folder / AUTHORITIES
    return str(kept) if kept.exists() else ""


def address_of(box: Box, own_keys: Path) -> tuple[str, str]:
    """Where a box finds its district, and the file of authorities it announced (empty: none).

    A former ledger on the shelf hears nothing any more: if it is of the same district as this kiosk, whose keys are in
    ``own_keys``, it goes where this kiosk goes.
    """
    mine = recalled(own_keys)
    if box.keys.folder != own_keys and mine and mine.receipt_public_key == box.identity.receipt_public_key:
        return mine.district_url, announced_authorities(own_keys)
    return box.identity.district_url, announced_authorities(box.keys.folder)


def go_over(box: Box, open_line: Callable[[str, str], Transport], otherwise: str) -> tuple[Box, Transport] | None:
    """The box and its line at the announced address, if there is one and the district answers there to the box's token.

    ``open_line`` makes a line from an address and a file of authorities; ``otherwise``: the file of the settings.
    Raises ``CannotRead`` or ``CannotWrite``.
    """
    with box.store.read() as tx:
        coming, cursor = next_address(tx), str(box_state.get(tx, CURSOR, ""))
    if coming is None:
        return None
    there = box.keys.folder / AUTHORITIES_THERE
    if coming.authorities:
        keys.write_secret(there, coming.authorities.encode())
    line = open_line(coming.url, str(there) if coming.authorities else otherwise)
    try:
        line.snapshot(cursor)
    except (Unreachable, Refused, Misunderstood) as error:
        if str(error) != coming.trouble:
            with box.store.write() as tx:
                _put(tx, replace(coming, trouble=str(error)))
        return None
    trusted = _trust(box.keys.folder, coming, otherwise)
    return _use(box, coming), open_line(coming.url, trusted)


def _trust(folder: Path, coming: NextAddress, otherwise: str) -> str:
    """Puts the announced authorities in force. Before the address: cut short here, the box tries the announced address
    again with the authorities that were announced; the other way round it would trust the wrong ones."""
    if coming.authorities:
        (folder / AUTHORITIES_THERE).replace(folder / AUTHORITIES)
    else:
        (folder / AUTHORITIES).unlink(missing_ok=True)
    return announced_authorities(folder) or otherwise


def _use(box: Box, coming: NextAddress) -> Box:
    who = replace(box.identity, district_url=coming.url.rstrip("/"), address_number=coming.number)
    with box.store.write() as tx:
        identity.keep(tx, who)
        box_state.put(tx, NEXT, {})
    box = replace(box, identity=who)
    remembered(box, box.keys.folder)
    log.warning("the district is at %s from now on", who.district_url)
    return box


def _put(tx: Any, coming: NextAddress) -> None:
    box_state.put(tx, NEXT, {name: getattr(coming, name) for name in NextAddress.__struct_fields__})
