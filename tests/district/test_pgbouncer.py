"""A real PgBouncer in transaction mode, with its own settings, between the district and PostgreSQL."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url

from sync.district.projection.project import rebuild
from sync.district.store.engine import Engine, StoreUnavailable, open_engine, reading, writing
from tests.district.conftest import District, database, empty, make_district, serve
from tests.support.factories import dossier_code

PROGRAM = "/usr/sbin/pgbouncer"


@pytest.fixture(scope="module")
def pooled(postgresql: str) -> Iterator[str]:
    """The URL of the test database by way of PgBouncer, which has three connections for everybody."""
    assert Path(PROGRAM).exists(), "PgBouncer is missing; run '.ci/setup test'"
    folder = Path(tempfile.mkdtemp(prefix="lang-nghe-pgbouncer-"))
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    behind = make_url(database(postgresql, "district"))
    sockets = Path(str(behind.query["host"]))  # its owner alone may enter
    as_owner = ["-u", sockets.owner()] if os.geteuid() == 0 else []
    (folder / "pgbouncer.ini").write_text(
        f"""[databases]
district = host={sockets} dbname=district user={behind.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
"""
    )
    command = [PROGRAM, *as_owner, "-q", str(folder / "pgbouncer.ini")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"postgresql://{behind.username}@127.0.0.1:{port}/district"
    _wait(url, process)
    yield url
    process.terminate()
    process.wait(20)
    shutil.rmtree(folder)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    engine = open_engine(url)
    for _ in range(200):
        assert process.poll() is None, "PgBouncer ended"
        try:
            with reading(engine):
                engine.dispose()
                return
        except StoreUnavailable:
            continue
    raise AssertionError("PgBouncer never answered")


@pytest.fixture
def district(engine: Engine, pooled: str, tmp_path: Path) -> Iterator[District]:
    """A district whose every word to PostgreSQL goes through the pooler; ``engine`` has emptied the database."""
    through = open_engine(pooled)
    yield make_district(through, tmp_path / "data")
    through.dispose()


@pytest.fixture
def database_url(postgresql: str) -> str:
    url = database(postgresql, "district")
    empty(url)
    return url


def test_many_boxes_at_once_are_served_through_a_pooler_in_transaction_mode(district: District) -> None:
    boxes = [district.box() for _ in range(12)]
    statuses: Counter[int] = Counter()

    with serve(district.services) as client:

        def work(number: int) -> None:
            box = boxes[number]
            for turn in range(20):
                box.rate(1 + turn % 5, dossier_code(number * 100 + turn))
                first = len(box.entries)
                statuses[client.post_batch(box, box.body(first)).status_code] += 1
                statuses[client.get("/v1/snapshot", box).status_code] += 1
                statuses[client.get("/v1/health").status_code] += 1

        with ThreadPoolExecutor(12) as pool:
            list(pool.map(work, range(12)))
    district.project()

    assert statuses == {200: 12 * 20 * 3}
    assert len(district.rows("ratings", "entry_id")) == 240
    assert rebuild(district.engine, district.keys) == 240
    assert sum(n for *_, n in district.figures()) == 240


def test_nothing_that_one_transaction_sets_is_left_for_the_next(district: District) -> None:
    before = _timeout(district.engine)
    with writing(district.engine) as connection:
        inside = connection.exec_driver_sql("SHOW lock_timeout").scalar()
    box = district.box()
    box.rate()
    district.accept(box)

    assert inside == "30s"
    assert {_timeout(district.engine) for _ in range(6)} == {before}


def _timeout(engine: Engine) -> object:
    with reading(engine) as connection:
        return connection.exec_driver_sql("SHOW lock_timeout").scalar()


def test_statements_are_prepared_on_the_server_only_when_the_url_asks() -> None:
    plain = open_engine("postgresql://u@h/d")
    asked = open_engine("postgresql://u@h/d?prepare_threshold=5&host=/run/x")

    assert plain.dialect.create_connect_args(plain.url)[1].get("options") is None
    assert "prepare_threshold" not in asked.url.query
    assert asked.url.query["host"] == "/run/x"
    with pytest.raises(ValueError, match="prepare_threshold"):
        open_engine("postgresql://u@h/d?prepare_threshold=many")
