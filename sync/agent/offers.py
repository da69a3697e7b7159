"""Keep which release of the software the district offers: signed, numbered, by network or on a stick."""

import logging
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.store import box_state
from kiosk.store.identity import Identity
from sync.protocol.chain import offer_is_signed
from sync.protocol.snapshot import SoftwareOffer

log = logging.getLogger(__name__)

OFFER = "software_offer"


class KnownOffer(Struct, frozen=True):
    """The district's newest word: see ``sync.protocol.snapshot.SoftwareOffer``."""

    number: int = 0
    version: str = ""
    share: int = 0


def known_offer(tx: Any) -> KnownOffer:
    """What is offered; nothing before the first. What a newer release kept besides is passed over."""
    return msgspec.convert(box_state.get(tx, OFFER, {}), KnownOffer)


def note_offer(tx: Any, who: Identity, offer: SoftwareOffer | None) -> None:
    """Keeps a newer offer, if it is our district's word. An older one that is carried again stops nothing, and starts
    nothing that was stopped."""
    if offer is None or offer.number <= known_offer(tx).number:
        return
    if not offer_is_signed(offer.number, offer.version, offer.share, offer.signature, who.receipt_public_key):
        log.error("offer %d is not signed by our district; it is passed over", offer.number)
        return
    box_state.put(tx, OFFER, {"number": offer.number, "version": offer.version, "share": offer.share})
