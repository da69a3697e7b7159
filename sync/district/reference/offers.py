"""Which release of the software a kiosk is offered with its snapshot."""

from nacl.signing import SigningKey

from sync.district.store.engine import Connection
from sync.district.store.software_releases import newest_rollout
from sync.protocol.chain import sign_offer
from sync.protocol.snapshot import SoftwareOffer


def offer_of(connection: Connection, key: SigningKey) -> SoftwareOffer | None:
    """What holds now, signed, the same for every kiosk: each knows its own place in it. ``None`` before the first."""
    event = newest_rollout(connection)
    if event is None:
        return None
    signature = sign_offer(event.number, event.version, event.share, key)
    return SoftwareOffer(event.number, event.version, event.share, signature)
