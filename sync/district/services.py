"""The services of the district's web application, handed to ``create_app`` and to every router."""

from collections.abc import Callable
from datetime import datetime

from nacl.signing import SigningKey

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.contact_seal import ContactKeys
from sync.district.keys.files import contact_secret
from sync.district.settings import Settings
from sync.district.store.contacts import use_contact_keys
from sync.district.store.engine import Engine


class Services(StructWithHidden, frozen=True):
    """Everything that faces the network. The private sealing key is not here: what faces the network cannot read.

    ``now`` gives an aware UTC moment. With these services the engine opens and seals contacts.
    """

    engine: Engine
    settings: Settings
    receipt_key: Hidden[SigningKey]
    sealing_public_key: bytes
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        use_contact_keys(self.engine, ContactKeys.derived_from(contact_secret(self.receipt_key)))
