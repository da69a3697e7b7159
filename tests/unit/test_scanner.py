"""A barcode scanner on a real serial line (a pty): whole scans, broken ones, unplugged and plugged in again."""

import os
import pty
import queue
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.scanner import LONGEST_LINE, Scanner, can_open, lines_in

PATIENCE = 15


class Line:
    """The scanner's end of the line; ``plug_in`` makes a new one under the same name, as udev does."""

    def __init__(self, folder: Path) -> None:
        self.port = folder / "scanner"

    def plug_in(self) -> None:
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        self.port.symlink_to(os.ttyname(self._theirs))

    def unplug(self) -> None:
        self.port.unlink()
        os.close(self._theirs)
        os.close(self._ours)

    def send(self, data: bytes) -> None:
        os.write(self._ours, data)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path)


@pytest.fixture
def heard() -> "queue.Queue[str]":
    return queue.Queue()


@pytest.fixture
def changes() -> "queue.Queue[bool]":
    return queue.Queue()


@pytest.fixture
def scanner(line: Line, heard: "queue.Queue[str]", changes: "queue.Queue[bool]") -> Iterator[Scanner]:
    scanner = Scanner(str(line.port), 9600, heard.put, changes.put)
    yield scanner
    scanner.stop()


def test_a_scan_is_heard_whole_whatever_ends_it(line, scanner, heard, changes):
    line.plug_in()
    scanner.start()
    assert changes.get(timeout=PATIENCE) is True

    line.send(b"H35.88.01-261102-0002\r")
    line.send(b"H35.88.01-26")
    line.send(b"1102-0003\r\nHO SO\t")

    assert [heard.get(timeout=PATIENCE) for _ in range(3)] == [
        "H35.88.01-261102-0002",
        "H35.88.01-261102-0003",
        "HO SO",
    ]


def test_unplugged_and_plugged_in_again_it_reads_on(line, scanner, heard, changes):
    line.plug_in()
    scanner.start()
    assert changes.get(timeout=PATIENCE) is True

    line.unplug()
    assert changes.get(timeout=PATIENCE) is False
    line.plug_in()
    assert changes.get(timeout=PATIENCE) is True
    line.send(b"B-1\r\n")

    assert heard.get(timeout=PATIENCE) == "B-1"


def test_a_scanner_that_is_not_there_yet_is_waited_for(line, scanner, heard, changes):
    scanner.start()
    assert changes.get(timeout=PATIENCE) is False

    line.plug_in()
    assert changes.get(timeout=PATIENCE) is True


def test_bytes_that_are_no_text_do_not_stop_it(line, scanner, heard, changes):
    line.plug_in()
    scanner.start()
    changes.get(timeout=PATIENCE)

    line.send(b"\xff\xfe\r\nA-1\r\n")

    assert [heard.get(timeout=PATIENCE) for _ in range(2)][1] == "A-1"


def test_the_technician_is_told_why_a_port_cannot_be_opened(line):
    assert "No such file" in can_open(str(line.port), 9600)

    line.plug_in()
    assert can_open(str(line.port), 9600) == ""


def test_a_scan_without_an_end_is_dropped_once_it_is_too_long():
    buffer = bytearray(b"x" * (LONGEST_LINE + 1))

    assert (lines_in(buffer), bytes(buffer)) == ([], b"")


@given(st.lists(st.text("0123456789ABCH.-", min_size=1, max_size=30), max_size=8), st.integers(1, 7))
def test_however_the_bytes_are_cut_the_same_scans_come_out(scans: list[str], size: int):
    stream = "".join(f"{scan}\r\n" for scan in scans).encode()
    buffer, found = bytearray(), []
    for start in range(0, len(stream), size):
        buffer += stream[start : start + size]
        found += lines_in(buffer)

    assert found == scans
