"""Devices that come and go: kept for the technician, and as sealed facts of the box."""

import queue
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.box.box import Box
from kiosk.cli.run import start_printer
from kiosk.cli.status import gather
from kiosk.desk.desk import KioskDesk
from kiosk.flow.state.printing import PrinterChanged, Trouble
from kiosk.settings import load
from kiosk.store import box_state, ledger
from sync.protocol.seal import unseal
from tests.store.conftest import PATTERN
from tests.support.escpos_printer import PaperPrinter

PATIENCE = 20


def facts(box: Box, district) -> list[tuple[str, str, str | None]]:
    """Kind, device and reason of every fact about a device."""
    with box.store.read() as tx:
        entries = [kept.envelope for kept in ledger.rows(tx, 1) if kept.envelope.type.startswith("device_")]
    bodies = [unseal(entry.sealed, district.sealing) for entry in entries]
    return [(entry.type, body["device"], body.get("reason")) for entry, body in zip(entries, bodies, strict=True)]


def kept(box: Box, device: str) -> str:
    with box.store.read() as tx:
        return str(box_state.get(tx, device))


def test_a_device_that_is_there_from_the_start_is_no_fact(box, desk, district):
    desk.device_changed("printer", present=True)

    assert (facts(box, district), kept(box, "printer")) == ([], "present")


def test_why_it_failed_is_told_and_that_it_is_back(box, desk, district):
    desk.device_changed("printer", present=True)
    desk.device_changed("printer", present=False, state="paper_out")
    desk.device_changed("printer", present=True)

    assert facts(box, district) == [("device_failed", "printer", "paper_out"), ("device_back", "printer", None)]


def test_what_happened_while_the_file_was_closed_is_told_when_it_opens(box, clock, district):
    desk = KioskDesk(lambda: box, PATTERN, clock)
    desk.device_changed("printer", present=False, state="unplugged")

    assert desk.probe() == ""

    assert facts(box, district) == [("device_failed", "printer", "unplugged")]


class App:
    """The window's thread, one action at a time."""

    def __init__(self) -> None:
        self.actions: queue.Queue[Callable[[], None]] = queue.Queue()
        self.posted: queue.Queue[object] = queue.Queue()
        self.call, self.post = self.actions.put, self.posted.put


@pytest.fixture
def paper_printer(tmp_path: Path) -> PaperPrinter:
    return PaperPrinter(tmp_path)


def test_the_running_kiosk_reports_its_printer(box, desk, district, paper_printer, tmp_path, monkeypatch):
    (tmp_path / "kiosk.toml").write_text(f'[printer]\nport = "{paper_printer.port}"\n')
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    settings, app = load(str(tmp_path / "kiosk.toml")), App()
    paper_printer.plug_in()
    printer = start_printer(settings, app, desk)

    app.actions.get(timeout=PATIENCE)()
    paper_printer.take_paper_out()
    app.actions.get(timeout=PATIENCE)()
    paper_printer.put_paper_in()
    app.actions.get(timeout=PATIENCE)()

    assert facts(box, district) == [("device_failed", "printer", "paper_out"), ("device_back", "printer", None)]
    assert gather(settings)["printer"] == "present"
    assert [app.posted.get(timeout=PATIENCE) for _ in range(3)] == [
        PrinterChanged(None),
        PrinterChanged(Trouble.PAPER_OUT),
        PrinterChanged(None),
    ]
    printer.stop()
    paper_printer.unplug()
