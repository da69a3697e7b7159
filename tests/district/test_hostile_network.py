"""A real agent and a real district with a hostile network between them: once, whatever happens on the way."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.clock import Moment
from kiosk.store import ledger, outbox
from sync.agent.enrol import enrol
from sync.agent.policy import Misunderstood, Refused, Unreachable
from sync.district.fleet.enrolment import draw_code, issue_code
from tests.district.conftest import COUNTER, NOON, UNIT, Client, District
from tests.district.hostile import MISFORTUNES, HostileNetwork, hostile_network
from tests.district.test_agent import Kiosk
from tests.support.factories import dossier_code

ROUNDS = {"sqlite": 300, "postgresql": 100}


@pytest.fixture
def network(client: Client) -> Iterator[HostileNetwork]:
    with hostile_network(client.base, random.Random(20261121)) as network:
        yield network


def box_settings(tmp_path: Path) -> settings.Settings:
    return settings.load(environment={"KIOSK_DATA": str(tmp_path / "box")})


def code_of(district: District) -> str:
    code = draw_code()
    issue_code(district.engine, code, UNIT, COUNTER, timedelta(hours=1), district.clock())
    return code


@pytest.fixture
def kiosk(district: District, network: HostileNetwork, tmp_path: Path) -> Iterator[Kiosk]:
    configured = box_settings(tmp_path)
    enrol(configured, network.base, code_of(district))
    made = Kiosk(configured, district, lambda: Moment(NOON, 1_000_000, "cafe"))
    yield made
    made.store.close()


@pytest.mark.slow
def test_whatever_the_network_does_every_rating_arrives_once_and_nobody_is_accused(
    kiosk: Kiosk, district: District, network: HostileNetwork
):
    dice, rounds = random.Random(5), ROUNDS[district.engine.dialect.name]
    network.calm = False
    rated = []

    for number in range(1, rounds + 1):
        for _ in range(dice.choice([0, 1, 1, 3])):
            rated.append((dossier_code(len(rated) + 1), dice.randint(1, 5)))
            kiosk.rate(len(rated), rated[-1][1])
        if number % 40 == 0:
            kiosk.start()
        kiosk.agent.tick()
        kiosk.seconds += 1000
    network.calm = True
    kiosk.deliver()

    with kiosk.store.read() as tx:
        backlog = outbox.backlog(tx)
        written = {
            kept.envelope.entry_id for head, _ in ledger.signed_heads(tx, "") for kept in ledger.rows(tx, head.epoch)
        }
    assert sorted(kiosk.rated()) == rated
    assert (backlog.pending, backlog.set_aside) == (0, 0)
    assert {entry_id for (entry_id,) in district.rows("ledger", "entry_id")} == written
    assert set(district.kinds()) <= {"new_epoch"}, "a garbled answer may look like a later position; no more than that"
    assert {misfortune.__name__ for misfortune in MISFORTUNES} <= network.happened.keys()


def test_a_box_enrols_once_through_a_hostile_network(district: District, network: HostileNetwork, tmp_path: Path):
    configured, code = box_settings(tmp_path), code_of(district)
    network.calm = False

    welcomed = []
    for _ in range(60):
        try:
            welcomed.append(enrol(configured, network.base, code).device_id)
        except (Unreachable, Refused, Misunderstood, ValueError):
            continue

    assert len(welcomed) > 5
    assert [device_id for (device_id,) in district.rows("devices", "device_id")] == [welcomed[0]]
    assert set(welcomed) == {welcomed[0]}
