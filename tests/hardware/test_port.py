"""A printer's port: the file of a USB printer (a FIFO stands for it) knows no bauds; a serial line (a pty) does."""

import os
import pty
import termios
from pathlib import Path

import pytest

from kiosk.hardware.printer.port import Port, open_port


@pytest.fixture
def file(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "lp0")
    return tmp_path / "lp0"


def filled(port: Port) -> int:
    taken = 0
    while now := port.write(memoryview(b"x" * 4096)):
        taken += now
    return taken


def test_it_takes_what_fits_and_never_waits(file: Path):
    port = open_port(str(file), 9600, "none")

    taken = filled(port)

    assert taken == 65_536
    assert port.unsent() == 0
    assert port.read() == b"x" * 256
    port.close()


def test_it_is_written_once_the_other_end_reads(file: Path):
    port = open_port(str(file), 9600, "none")
    filled(port)
    reader = os.open(file, os.O_RDONLY | os.O_NONBLOCK)

    os.read(reader, 8192)
    port.wait(10, to_write=True)

    assert port.write(memoryview(b"y")) == 1
    os.close(reader)
    port.close()


def test_a_port_that_is_not_there_is_an_os_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        open_port(str(tmp_path / "lp9"), 9600, "none")


@pytest.mark.parametrize(
    ("flow", "hardware", "software"), [("none", False, False), ("hardware", True, False), ("software", False, True)]
)
def test_a_serial_line_lets_the_printer_make_us_wait_as_set(flow: str, hardware: bool, software: bool):
    ours, theirs = pty.openpty()
    port = open_port(os.ttyname(theirs), 19_200, flow)

    incoming, _, control, _, speed, *_ = termios.tcgetattr(theirs)

    assert (bool(control & termios.CRTSCTS), bool(incoming & termios.IXON)) == (hardware, software)
    assert speed == termios.B19200
    port.close()
    os.close(ours)
    os.close(theirs)


def test_a_line_belongs_to_one_program(tmp_path: Path):
    ours, theirs = pty.openpty()
    port = open_port(os.ttyname(theirs), 9600, "none")

    with pytest.raises(OSError, match="exclusively lock"):
        open_port(os.ttyname(theirs), 9600, "none")

    port.close()
    os.close(ours)
    os.close(theirs)
