"""A real box in a temporary folder: real file, real keys, and a district key pair to open what it sealed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from kiosk import settings
from kiosk.box import keys
from kiosk.box.box import Box, open_box
from kiosk.clock import Moment
from kiosk.desk.desk import KioskDesk
from kiosk.store import identity
from kiosk.store.engine import Store
from kiosk.store.identity import Identity
from kiosk.store.migrations import migrate

PAGE_SIZE = 4096
PATTERN = settings.load(environment={"KIOSK_DATA": "unused"}).code_patterns


@dataclass
class District:
    """The district's two private keys."""

    sealing: PrivateKey
    receipt: SigningKey


@dataclass
class Clock:
    """A clock that stands still until told otherwise."""

    at: datetime = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
    up_ms: int = 1_000_000
    boot: str = "1f3a"

    def __call__(self) -> Moment:
        return Moment(self.at, self.up_ms, self.boot)


@pytest.fixture
def district() -> District:
    return District(PrivateKey.generate(), SigningKey.generate())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(tmp_path: Path, district: District) -> Box:
    folder = tmp_path / "box"
    folder.mkdir()
    store = Store(folder)
    migrate(store)
    keys.make(folder / "keys")
    keys.write_secret(folder / "keys" / keys.TOKEN, b"token")
    who = Identity(
        device_id="kiosk-1",
        unit_id="H35.13",
        counter_id="H35.13-q1",
        district_url="http://127.0.0.1:9",
        sealing_public_key=bytes(district.sealing.public_key),
        receipt_public_key=bytes(district.receipt.verify_key),
        enrolled_at="2026-11-01T00:00:00Z",
    )
    with store.write() as tx:
        identity.keep(tx, who)
    opened = open_box(store, lambda: keys.load(folder / "keys"))
    assert opened is not None
    return opened


@pytest.fixture
def desk(box: Box, clock: Clock) -> KioskDesk:
    desk = KioskDesk(lambda: box, PATTERN, clock)
    assert desk.probe() == ""
    return desk
