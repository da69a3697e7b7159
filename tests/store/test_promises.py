"""The promises of the product that a box keeps alone; the others are in ``tests/district`` and ``tests/ui``.

Each promise has one thin test over the real thing here; ``pytest -k promise`` lists all ten. The tests that go to the
bottom of each stand in the README's table.
"""

import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from kiosk.box.box import Box
from kiosk.desk.desk import KioskDesk
from kiosk.domain.rating import InputMethod
from kiosk.flow.state.counter_view import Signer
from kiosk.flow.state.rating_draft import RatingDraft, Subject
from kiosk.flow.state.staff import PinRefused
from kiosk.store import ledger
from tests.store.conftest import Clock
from tests.store.test_power_loss import Recorder, Remains, Replay, disk, recorder, remains  # noqa: F401 - fixtures
from tests.store.test_record import CODE, COUNTER, draft


def test_promise_1_a_thank_you_means_it_is_on_the_disk(recorder: Recorder, remains: Remains):  # noqa: F811
    def pull_the_plug(thanked: int) -> None:
        assert thanked <= remains.held(survives=0.0) <= thanked + 1

    Replay(remains.disk, pull_the_plug).play(recorder.journeys(2))

    assert remains.looks > 50


def test_promise_2_nobody_waits_for_the_network(
    box: Box, desk: KioskDesk, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    def touched(*_: object, **__: object) -> None:
        pytest.fail("the citizen's way led to the network")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, touched)
    for _ in range(366):  # a year offline
        clock.at += timedelta(days=1)
        found = desk.find(CODE, InputMethod.SCAN)
        assert isinstance(found, Subject)
        desk.save(RatingDraft(found, draft().score, "vi", None, 900))
    assert desk.lobby() is not None
    assert isinstance(desk.check_pin(Signer(COUNTER), "000000"), PinRefused)

    with box.store.read() as tx:
        assert ledger.newest(tx, box.identity.device_id).seq >= 366


def test_promise_2_the_citizens_way_does_not_even_know_how_to_ask_the_network():
    known = "import sys, kiosk.desk.desk, kiosk.shell, kiosk.flow.step; print('requests' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", known], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"


def test_promise_5_the_box_cannot_betray_anyone(box: Box, desk: KioskDesk, tmp_path: Path):
    desk.save(draft(score=1))
    with box.store.read() as tx:
        rated = [kept for kept in ledger.rows(tx, 1) if kept.envelope.type == "rating"]
    secrets = [path.read_bytes() for path in (box.store.folder / "keys").iterdir()]

    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert CODE.encode() not in everything
    for secret in secrets:
        for key in (secret[start : start + 32] for start in range(max(1, len(secret) - 31))):
            with pytest.raises((CryptoError, ValueError, TypeError)):
                SealedBox(PrivateKey(key)).decrypt(rated[0].envelope.sealed)
