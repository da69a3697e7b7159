"""Read and write a printer's port without blocking: a serial line, or the device file of a USB printer."""

import errno
import os
import select
from typing import Protocol

import serial

FLOWS = ("none", "hardware", "software")


class Port(Protocol):
    """Every method raises ``OSError`` when the other end is gone."""

    def read(self) -> bytes:
        """What has come; empty when nothing has."""

    def write(self, data: memoryview) -> int:
        """How many bytes were taken; 0 when the port is full."""

    def unsent(self) -> int:
        """How many of the taken bytes have not left this machine, as far as that is known."""

    def wait(self, seconds: float, *, to_write: bool = False) -> None:
        """Until something has come or, if asked for, something can be written; at most so long."""

    def close(self) -> None: ...


def open_port(path: str, baud: int, flow: str) -> Port:
    """Opens ``path`` for nobody else. ``flow``: one of ``FLOWS``, for serial lines only. Raises ``OSError``."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not os.isatty(descriptor):
        return _File(descriptor)
    os.close(descriptor)
    try:
        return _Line(path, baud, flow)
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error)) from error


class _File:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self) -> bytes:
        if not select.select([self._descriptor], [], [], 0)[0]:
            return b""
        try:
            data = os.read(self._descriptor, 256)
        except BlockingIOError:
            return b""
        if not data:
            raise OSError(errno.ENODEV, "the other end has hung up")
        return data

    def write(self, data: memoryview) -> int:
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:
            return 0

    def unsent(self) -> int:
        return 0

    def wait(self, seconds: float, *, to_write: bool = False) -> None:
        select.select([self._descriptor], [self._descriptor] if to_write else [], [], seconds)

    def close(self) -> None:
        os.close(self._descriptor)


class _Line(_File):
    def __init__(self, path: str, baud: int, flow: str) -> None:
        hardware, software = flow == "hardware", flow == "software"
        self._serial = serial.Serial(
            path, baud, timeout=0, write_timeout=0, rtscts=hardware, xonxoff=software, exclusive=True
        )
        super().__init__(self._serial.fileno())

    def unsent(self) -> int:
        return self._serial.out_waiting

    def close(self) -> None:
        self._serial.close()
