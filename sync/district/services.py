"""The services of the district's web application, handed to ``create_app`` and to every router."""

from collections.abc import Callable
from datetime import datetime

from nacl.signing import SigningKey

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.settings import Settings
from sync.district.store.engine import Engine


class Services(StructWithHidden, frozen=True):
    """Everything that faces the network. The private sealing key is not here: what faces the network cannot read.

    ``now`` gives an aware UTC moment.
    """

    engine: Engine
    settings: Settings
    receipt_key: Hidden[SigningKey]
    sealing_public_key: bytes
    now: Callable[[], datetime]
