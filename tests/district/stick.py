"""A stick between a real box and a real district: carried there, taken in, carried back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.agent.stick import export, receive
from sync.district.cli.carrying import sort_batches
from sync.district.fleet.carrying import NotTaken, StickImport, answer_file, take
from sync.protocol import stick_files
from sync.protocol.batch import decode_batch
from sync.protocol.stick_files import ANSWER, put, read
from tests.district.conftest import Client, District
from tests.district.test_agent import Kiosk, enrolled
from tests.support.factories import dossier_code

SOFTWARE = "test/1"


@pytest.fixture
def kiosk(district: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(district, client, tmp_path / "box")
    yield made
    made.store.close()


@pytest.fixture
def other(district: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(district, client, tmp_path / "other")
    yield made
    made.store.close()


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    """An empty stick, mounted."""
    place = tmp_path / "usb"
    place.mkdir()
    return place


def out(kiosk: Kiosk, usb: Path) -> Any:
    return export(kiosk.box, usb, kiosk.clock, SOFTWARE)


def back(kiosk: Kiosk, path: Path) -> Any:
    return receive(kiosk.box, path, kiosk.clock)


def at_the_district(district: District, usb: Path) -> tuple[dict[str, StickImport], list[str]]:
    """What ``district carry import`` does; the district's clock moves on."""
    district.clock.pass_by(minutes=1)
    places, troubles = sort_batches(usb)
    taken: dict[str, StickImport] = {}
    for place in places:
        try:
            take(district.services, decode_batch(read(place)), taken, district.clock())
        except NotTaken as error:
            troubles.append(str(error))
    for one in taken.values():
        content = answer_file(district.services, one, district.clock())
        put(usb, content, ANSWER, content, content.__eq__)
    district.project()
    return taken, troubles


def those(usb: Path, extension: str) -> list[Path]:
    return [one for one in stick_files.files(usb) if one.suffix == f".{extension}"]


def rates(kiosk: Kiosk, *numbers: int) -> list[tuple[str, int]]:
    for number in numbers:
        kiosk.rate(number)
    return [(dossier_code(number), 5) for number in numbers]
