"""SQLite and PostgreSQL tell the same story, to the letter."""

import json
import re
import shutil
from pathlib import Path
from uuid import uuid4

from sync.district.cli.verifying import verify_all
from sync.district.projection.release import release
from sync.district.reference.snapshot import page
from sync.district.store.devices import ACTIVE, Device, add_device, device
from sync.district.store.engine import Engine, open_engine, reading, writing
from sync.district.store.schema import upgrade
from sync.protocol.snapshot import encode_page
from tests.district.conftest import NOON, District, administer, changed, database, make_district
from tests.district.test_projection import everything, poison
from tests.support.factories import COUNTER, UNIT, Box, dossier_code


def test_sqlite_and_postgresql_are_equal(sqlite: Path, postgresql: str, tmp_path: Path) -> None:
    shutil.copy(sqlite, tmp_path / "copy.sqlite")
    name = f"d{uuid4().hex[:12]}"
    administer(postgresql, f"CREATE DATABASE {name}")
    box = Box()

    stories = []
    for url in (f"sqlite:///{tmp_path / 'copy.sqlite'}", database(postgresql, name)):
        engine = open_engine(url)
        upgrade(engine)
        stories.append(story(make_district(engine, tmp_path / "data"), box.copy()))
        engine.dispose()

    assert stories[0] == stories[1]
    assert stories[0][-1][1:]


def story(district: District, box: Box) -> list[object]:
    """A box's life and everything the district makes of it, but for random ids."""
    box.sealing_key = district.services.sealing_public_key
    _enrol(district.engine, box)
    for number in range(30):
        box.rate(1 + number % 5, dossier_code(number % 7) if number % 3 else None, counter_id=COUNTER)
    poison(box)
    answers = [district.accept(box, box.batch(first, last)) for first, last in ((20, 36), (1, 10), (5, 15), (16, 19))]
    told = [(answer.results, answer.receipt and answer.receipt.head.seq, answer.latest_seq) for answer in answers]
    box.entries[7] = changed(box.entries[7])
    told.append((district.accept(box).results, None, 0))
    district.project()
    district.clock.pass_by(days=1)
    release(district.engine, district.clock())
    with reading(district.engine) as connection:
        known = device(connection, box.device_id)
        assert known is not None
        verified = verify_all(connection)
    rows = encode_page(page(district.services, known, "", district.clock()))["rows"]
    assert rows["tallies"]
    told_of_keys = re.sub(r"no key [0-9a-f]{8}", "no key", json.dumps(rows, ensure_ascii=False, sort_keys=True))
    told_of_keys = re.sub(r'"receipt_salt": "[^"]+"', "a salt", told_of_keys)
    scores = [row[2:6] for row in everything(district)[1]]
    kept = [len(part) for part in everything(district)]
    return [told, district.figures(), sorted(scores, key=str), kept, district.kinds(), told_of_keys, list(verified)]


def _enrol(engine: Engine, box: Box) -> None:
    new = Device(box.device_id, UNIT, COUNTER, bytes(box.key.verify_key), ACTIVE, NOON, None, {})
    with writing(engine) as connection:
        add_device(connection, new, b"\1" * 32)
