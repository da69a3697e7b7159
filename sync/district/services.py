"""What the district's web application is made of, handed to ``create_app`` and to every router."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from nacl.signing import SigningKey

from sync.district.settings import Settings
from sync.district.store.engine import Engine


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that faces the network. The private sealing key is not here: what faces the network cannot read.

    ``now`` gives an aware UTC moment.
    """

    engine: Engine
    settings: Settings
    receipt_key: SigningKey = field(repr=False)
    sealing_public_key: bytes
    now: Callable[[], datetime]
