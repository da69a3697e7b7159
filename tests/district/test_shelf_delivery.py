"""What waits in a ledger on the shelf is delivered by the agent beside the one in use."""

import random

from kiosk.box.box import Box
from kiosk.box.shelf import shelve, waiting
from sync.agent.agent import Agent, Schedule
from sync.agent.shelves import Shelves
from tests.district.conftest import Client, District
from tests.district.test_agent import Kiosk, enrolled, kiosk
from tests.support.factories import dossier_code

__all__ = ["kiosk"]


def test_what_waits_in_a_ledger_on_the_shelf_is_still_counted_and_nothing_twice(
    kiosk: Kiosk, district: District, client: Client
):
    kiosk.rate(1, 1)
    kiosk.deliver()
    kiosk.rate(2, 2)
    kiosk.store.close()
    where = shelve(kiosk.settings.data)

    anew = enrolled(district, client, kiosk.settings.data)
    anew.rate(3, 3)
    shelves = Shelves(kiosk.settings.data, lambda box: shelf_agent(anew, box), lambda: anew.seconds)
    while shelves.tick():
        pass
    anew.deliver()

    assert anew.box.identity.device_id != where.name
    assert sorted(anew.rated()) == [(dossier_code(1), 1), (dossier_code(2), 2), (dossier_code(3), 3)]
    assert (waiting(where), shelves.trouble, district.kinds()) == ((where.name, 0), "", [])
    anew.store.close()


def test_a_shelf_without_a_district_waits_and_is_tried_again(kiosk: Kiosk, client: Client):
    kiosk.rate(1, 1)
    kiosk.store.close()
    where = shelve(kiosk.settings.data)
    seconds = [0.0]
    shelves = Shelves(
        kiosk.settings.data, lambda box: shelf_agent(kiosk, box, "http://127.0.0.1:9"), lambda: seconds[0]
    )

    for seconds[0] in (0.0, 1.0, 2_000.0):
        assert not shelves.tick()

    assert shelves.trouble.startswith("waiting: ")
    assert waiting(where)[1] > 0


def test_what_waits_on_the_shelf_goes_where_the_kiosk_goes_now(kiosk: Kiosk, district: District, client: Client):
    kiosk.rate(1, 1)
    kiosk.store.close()
    where = shelve(kiosk.settings.data)
    seconds, address = [0.0], ["http://127.0.0.1:9"]
    shelves = Shelves(
        kiosk.settings.data, lambda box: shelf_agent(kiosk, box, address[0]), lambda: seconds[0], lambda _: address[0]
    )
    shelves.tick()
    address[0], seconds[0] = client.base, 400.0
    while shelves.tick():
        pass

    assert (waiting(where)[1], shelves.trouble) == (0, "")


def shelf_agent(kiosk: Kiosk, box: Box, url: str = "") -> Agent:
    """The agent of a shelved ledger, as ``kiosk-sync`` makes it."""
    return Agent(
        box,
        kiosk.transport(url or box.identity.district_url, box.keys.token),
        Schedule(300, 900, takes_reference=False),
        kiosk.clock,
        lambda: kiosk.seconds,
        random.Random(7),
        "test/1",
    )
