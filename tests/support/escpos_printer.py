"""An ESC/POS printer on a pty: answers as a printer does, runs out of paper, is opened, unplugged, and hands over what
it printed as images. It follows Epson's ESC/POS reference for the few commands that a kiosk sends."""

import os
import pty
import queue
import select
import threading
import tty
from pathlib import Path

from PIL import Image, ImageOps

LINE_FEED_ROWS = 30
OFFLINE, FIXED_REPLY, FIXED_REPORT = 0x08, 0x12, 0x10


class PaperPrinter:
    """``width`` in dots. ``answers``: real-time questions; ``orders``: the ordered reply; ``reports``: changes by
    itself; ``buffer``: how many bytes it takes in before it makes the sender wait; ``sip``: bytes taken at a time.
    ``noise`` is sent instead of every answer."""

    def __init__(
        self,
        folder: Path,
        width: int = 576,
        *,
        answers: bool = True,
        orders: bool = True,
        reports: bool = True,
        buffer: int = 1 << 20,
        sip: int = 4096,
        noise: bytes = b"",
    ) -> None:
        self.port = folder / "printer"
        self.sheets: queue.Queue[Image.Image] = queue.Queue()
        self.unknown: list[bytes] = []
        self.begun, self.held_up = threading.Event(), threading.Event()
        self._width_bytes = width // 8
        self._answers, self._orders, self._reports = answers, orders, reports
        self._limit, self._sip, self._noise = buffer, sip, noise
        self._rows_left: int | None = None
        self._paper, self._cover, self._low = True, False, False
        self._tell, self._told = os.pipe()
        self._lock = threading.RLock()

    # ---- what a person does

    def plug_in(self) -> None:
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        self.port.symlink_to(os.ttyname(self._theirs))
        self._buffer, self._pending, self._tail, self._sheet = bytearray(), bytearray(), b"", bytearray()
        self._reporting, self._switched_on, self._plugged = False, True, True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        self.port.unlink()
        self._plugged = False
        os.write(self._told, b"!")
        self._thread.join()
        os.close(self._theirs)
        os.close(self._ours)

    def switch_off(self) -> None:
        """Its lead stays where it is, as with a converter from USB."""
        self._switched_on = False

    def leave_paper_for(self, rows: int) -> None:
        self._rows_left = rows

    def take_paper_out(self) -> None:
        self._change(paper=False)

    def put_paper_in(self) -> None:
        self._rows_left = None
        self._change(paper=True)

    def open_cover(self) -> None:
        self._change(cover=True)

    def close_cover(self) -> None:
        self._change(cover=False)

    def let_paper_run_low(self) -> None:
        self._low = True
        self._change()

    def _change(self, *, paper: bool | None = None, cover: bool | None = None) -> None:
        with self._lock:
            self._paper = self._paper if paper is None else paper
            self._cover = self._cover if cover is None else cover
            if hasattr(self, "_ours") and self._plugged:
                self._report()
        os.write(self._told, b"!")

    # ---- what a printer does

    @property
    def _stopped(self) -> bool:
        return self._cover or not self._paper

    def _run(self) -> None:
        while self._plugged:
            full = len(self._buffer) + len(self._pending) >= self._limit
            if full and self._stopped:
                self.held_up.set()
            ready, _, _ = select.select([self._tell] if full and self._stopped else [self._tell, self._ours], [], [])
            with self._lock:
                if self._tell in ready:
                    os.read(self._tell, 64)
                if self._ours in ready:
                    self._take(os.read(self._ours, self._sip))
                self._work()

    def _take(self, data: bytes) -> None:
        if not self._switched_on:
            return
        for byte in data:
            self._tail = (self._tail + bytes([byte]))[-3:]
            if len(self._tail) == 3 and self._tail[:2] == b"\x10\x04":
                self._reply(self._tail[2])
        self._buffer += data

    def _reply(self, question: int) -> None:
        if self._noise:
            self._say(self._noise)
        elif self._answers:
            paper = (0 if self._paper else 0x60) | (0x0C if self._low else 0)
            offline = (0x04 if self._cover else 0) | (0 if self._paper else 0x20)
            self._say(bytes([FIXED_REPLY | {2: offline, 4: paper}.get(question, 0)]))

    def _report(self) -> None:
        if self._reporting:
            first = FIXED_REPORT | (OFFLINE if self._stopped else 0) | (0x20 if self._cover else 0)
            self._say(bytes([first, 0, (0 if self._paper else 0x0C) | (0x03 if self._low else 0), 0]))

    def _say(self, data: bytes) -> None:
        os.write(self._ours, data)

    def _work(self) -> None:
        while not self._stopped and (self._pending or self._buffer):
            if self._pending:
                self._print_row()
            elif not self._command():
                return

    def _print_row(self) -> None:
        self.begun.set()
        self._sheet += self._pending[: self._width_bytes]
        del self._pending[: self._width_bytes]
        if self._rows_left is not None:
            self._rows_left -= 1
            if self._rows_left == 0:
                self._paper = False
                self._report()

    def _command(self) -> bool:
        """Carries out one whole command; false when its end has not come yet."""
        start = bytes(self._buffer[:3])
        length = self._length(start)
        if length == 0 or len(self._buffer) < length:
            return False
        command = bytes(self._buffer[:length])
        del self._buffer[:length]
        match command[:2]:
            case b"\x1dv":
                self._take_image(command[4] | command[5] << 8, command[8:])
            case b"\x1bd":
                self._sheet += bytes(self._width_bytes * LINE_FEED_ROWS * command[2])
            case b"\x1dV":
                self._hand_over()
            case b"\x1da":
                self._reporting = self._reports
                self._report()
            case b"\x1dr":
                if self._orders:
                    self._say(b"\0")
            case b"\x1b@" | b"\x10\x04":
                pass
            case _ if command != b"\0":
                self.unknown.append(command)
        return True

    def _take_image(self, width_bytes: int, data: bytes) -> None:
        assert 0 < width_bytes <= self._width_bytes, "an image wider than the paper"
        for start in range(0, len(data), width_bytes):
            self._pending += data[start : start + width_bytes].ljust(self._width_bytes, b"\0")

    def _length(self, start: bytes) -> int:
        if start[:1] == b"\x1b" and len(start) > 1:
            return {b"@": 2, b"d": 3}.get(start[1:2], 1)
        if start[:1] == b"\x1d" and len(start) > 1 and start[1:2] == b"v":
            head = self._buffer[:8]
            return 8 + (head[4] | head[5] << 8) * (head[6] | head[7] << 8) if len(head) == 8 else 0
        if start[:1] == b"\x1d" and len(start) > 1:
            return {b"V": 3, b"a": 3, b"r": 3}.get(start[1:2], 1)
        if start[:1] == b"\x10" and len(start) > 1:
            return 3 if start[1:2] == b"\x04" else 1
        return 0 if start in (b"\x1b", b"\x1d", b"\x10") else 1

    def _hand_over(self) -> None:
        rows = len(self._sheet) // self._width_bytes
        dark = Image.frombytes("1", (self._width_bytes * 8, rows), bytes(self._sheet))
        self._sheet.clear()
        self.sheets.put(ImageOps.invert(dark.convert("L")).convert("1"))
