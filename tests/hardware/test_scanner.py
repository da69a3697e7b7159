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

from kiosk.hardware.scanner import MAX_LINE, PATIENCE, ScanBuffer, Scanner
from kiosk.hardware.serial_line import can_open

ALLOWED = 15
CASES = Path(__file__).parents[1] / "cases"


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
    assert changes.get(timeout=ALLOWED) is True

    line.send(b"H35.88.01-261102-0002\r")
    line.send(b"H35.88.01-26")
    line.send(b"1102-0003\r\nHO SO\t")

    assert [heard.get(timeout=ALLOWED) for _ in range(3)] == [
        "H35.88.01-261102-0002",
        "H35.88.01-261102-0003",
        "HO SO",
    ]


def test_unplugged_and_plugged_in_again_it_reads_on(line, scanner, heard, changes):
    line.plug_in()
    scanner.start()
    assert changes.get(timeout=ALLOWED) is True

    line.unplug()
    assert changes.get(timeout=ALLOWED) is False
    line.plug_in()
    assert changes.get(timeout=ALLOWED) is True
    line.send(b"B-1\r\n")

    assert heard.get(timeout=ALLOWED) == "B-1"


def test_a_scanner_that_is_not_there_yet_is_waited_for(line, scanner, heard, changes):
    scanner.start()
    assert changes.get(timeout=ALLOWED) is False

    line.plug_in()
    assert changes.get(timeout=ALLOWED) is True


def test_bytes_that_are_no_text_do_not_stop_it(line, scanner, heard, changes):
    line.plug_in()
    scanner.start()
    changes.get(timeout=ALLOWED)

    line.send(b"\xff\xfe\r\nA-1\r\n")

    assert [heard.get(timeout=ALLOWED) for _ in range(2)][1] == "A-1"


def test_the_technician_is_told_why_a_port_cannot_be_opened(line):
    assert "No such file" in can_open(str(line.port), 9600)

    line.plug_in()
    assert can_open(str(line.port), 9600) == ""


def test_a_scanner_without_an_end_is_heard_after_a_silence(line, scanner, heard, changes):
    """The two halves of the collected fault, as a scanner sends them that puts nothing behind a code."""
    both = (CASES / "14-serial.txt").read_text(encoding="utf-8").strip()
    first, second = both[: len(both) // 2], both[len(both) // 2 :]
    line.plug_in()
    scanner.start()
    changes.get(timeout=ALLOWED)

    line.send(first.encode())
    one = heard.get(timeout=ALLOWED)
    line.send(second.encode())

    assert (one, heard.get(timeout=ALLOWED)) == (first, second)


def test_a_pause_in_the_middle_does_not_cut_a_scan_of_a_scanner_that_sends_ends():
    buffer = ScanBuffer()

    assert buffer.take(b"A-1\r") == ["A-1"]
    assert buffer.take(b"H35.88.01-26") + buffer.take(b"") + buffer.take(b"1102-0003\r") == ["H35.88.01-261102-0003"]


def test_half_a_scan_never_becomes_a_part_of_the_next_one():
    buffer = ScanBuffer()
    buffer.take(b"A-1\r")
    buffer.take(b"H35.88")

    heard = [text for _ in range(PATIENCE) for text in buffer.take(b"")]

    assert (heard, buffer.take(b"B-2\r")) == (["H35.88"], ["B-2"])


def test_another_scanner_on_the_same_port_is_not_expected_to_end_its_scans_like_the_last_one():
    buffer = ScanBuffer()
    buffer.take(b"A-1\r")

    buffer.clear()

    assert buffer.take(b"B-2") + buffer.take(b"") == ["B-2"]


def test_a_scan_without_an_end_is_dropped_once_it_is_too_long():
    buffer = ScanBuffer()

    assert buffer.take(b"x" * (MAX_LINE + 1)) + buffer.take(b"") == []


@given(st.lists(st.text("0123456789ABCH.-", min_size=1, max_size=30), max_size=8), st.integers(1, 7))
def test_however_the_bytes_are_cut_the_same_scans_come_out(scans: list[str], size: int):
    stream = "".join(f"{scan}\r\n" for scan in scans).encode()
    buffer, found = ScanBuffer(), []
    for start in range(0, len(stream), size):
        found += buffer.take(stream[start : start + size])

    assert found == scans
