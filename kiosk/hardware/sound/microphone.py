"""Record speech into memory: ``arecord`` (alsa-utils) piped into ``opusenc`` (opus-tools). No file is written.

Two minutes are about a quarter of a megabyte. Both programs end with the recording; what passes through here is
overwritten afterwards, as far as Python's memory can be.
"""

import array
import math
import os
import select
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from kiosk.flow.state.recording import NotRecorded, Recorded, Recording, RecordingFailed, SoundLevel

RATE = 16_000
SAMPLE_BYTES = 2
STEP_BYTES = RATE * SAMPLE_BYTES // 10
"""A tenth of a second: how often the level is told."""
ROOM_PER_SECOND = 4_000
"""Opus at 16 kbit/s needs half of it."""
PATIENCE_SECONDS = 3.0
QUIETEST_DB = -50.0

_ENCODE = (
    *("opusenc", "--quiet", "--raw", "--raw-rate", str(RATE), "--raw-chan", "1"),
    *("--bitrate", "16", "--speech", "--padding", "0", "-", "-"),
)

MicrophoneEvent = SoundLevel | Recorded | RecordingFailed


class Microphone:
    """Records one thing at a time. ``said(event)`` is called from its thread: levels, then ``Recorded`` or
    ``RecordingFailed``, and nothing any more after ``cancel``."""

    def __init__(self, device: str, max_seconds: int, post: Callable[[MicrophoneEvent], None]) -> None:
        self._device, self._max_seconds, self._post = device, max_seconds, post
        self._take: _Take | None = None

    def start(self) -> None:
        """Begins to record; what was being recorded is thrown away."""
        self.cancel()
        self._take = _Take(self._device, self._max_seconds, self._post)
        self._take.thread.start()

    def stop(self) -> None:
        """The citizen has finished; ``Recorded`` follows."""
        if self._take:
            self._take.finish(wanted=True)

    def cancel(self) -> None:
        """Throws away what is being recorded. Returns when its memory has been overwritten."""
        if self._take:
            self._take.finish(wanted=False)
            self._take.thread.join()
            self._take = None


class _Take:
    def __init__(self, device: str, max_seconds: int, post: Callable[[MicrophoneEvent], None]) -> None:
        self._device, self._post = device, post
        self._max_bytes = max_seconds * RATE * SAMPLE_BYTES
        self._store = bytearray((max_seconds + 10) * ROOM_PER_SECOND)
        self._stored = 0
        self._finished, self._wanted = threading.Event(), True
        self.thread = threading.Thread(target=self._run, name="microphone", daemon=True)

    def finish(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._finished.set()

    def _run(self) -> None:
        try:
            with _encoder() as encoder, _capture(self._device) as ears:
                collect = threading.Thread(target=self._collect, args=(_pipe(encoder.stdout),), daemon=True)
                collect.start()
                try:
                    taken = self._listen(_pipe(ears.stdout), _pipe(encoder.stdin))
                finally:
                    ears.kill()
                    with suppress(OSError):
                        _pipe(encoder.stdin).close()
                    collect.join()
        except FileNotFoundError:
            self._end(RecordingFailed(NotRecorded.NO_PROGRAM))
            return
        if not taken or not self._stored:
            self._end(RecordingFailed(NotRecorded.NO_SOUND))
            return
        del self._store[self._stored :]
        ms = taken * 1000 // (RATE * SAMPLE_BYTES)
        self._end(Recorded(Recording(self._store, ms, cut_off=not self._finished.is_set())))

    def _end(self, event: MicrophoneEvent) -> None:
        if self._wanted and isinstance(event, Recorded):
            self._post(event)
            return
        self._store[:] = bytes(len(self._store))
        if self._wanted:
            self._post(event)

    def _listen(self, ears: IO[bytes], encoder: IO[bytes]) -> int:
        """How many bytes of sound were taken until the citizen, the clock or the microphone ended it."""
        step, taken, deadline = bytearray(STEP_BYTES), 0, time.monotonic() + PATIENCE_SECONDS
        filled = 0
        while not self._finished.is_set() and taken < self._max_bytes:
            if not select.select([ears], [], [], 0.1)[0]:
                if time.monotonic() > deadline:
                    break
                continue
            count = os.readv(ears.fileno(), [memoryview(step)[filled:]])
            if not count:
                break
            filled, deadline = filled + count, time.monotonic() + PATIENCE_SECONDS
            if filled == STEP_BYTES:
                try:
                    encoder.write(step)
                except BrokenPipeError:
                    break
                taken, filled = taken + filled, 0
                if self._wanted:
                    self._post(SoundLevel(level(step)))
        step[:] = bytes(STEP_BYTES)
        return taken

    def _collect(self, encoded: IO[bytes]) -> None:
        room = memoryview(self._store)
        while self._stored < len(room) and (count := os.readv(encoded.fileno(), [room[self._stored :]])):
            self._stored += count
        room.release()


def level(samples: bytes | bytearray) -> int:
    """The loudest of signed 16-bit samples: 0 for silence to 100.

    >>> level(bytes(100)), level(bytes([0xFF, 0x7F]))
    (0, 100)
    """
    values = array.array("h", samples)
    if sys.byteorder == "big":
        values.byteswap()
    peak = max(map(abs, values))
    if peak == 0:
        return 0
    return max(0, min(100, round(100 - 100 * 20 * math.log10(peak / 32_767) / QUIETEST_DB)))


def cannot_record(device: str) -> str:
    """Why nothing can be recorded; empty when a tenth of a second was."""
    for program, package in (("arecord", "alsa-utils"), ("opusenc", "opus-tools"), ("opusdec", "opus-tools")):
        if not shutil.which(program):
            return f"the program {program} is missing (package {package})"
    command = [*_capture_command(device), "--samples", str(RATE // 10)]
    try:
        tried = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return "it gives no sound"
    if tried.returncode == 0:
        return ""
    return (tried.stderr.decode(errors="replace").strip().splitlines() or ["it cannot be opened"])[-1]


def _capture_command(device: str) -> list[str]:
    return ["arecord", "-q", "-D", device, "-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "1"]


def _capture(device: str) -> "subprocess.Popen[bytes]":
    command, pipe = _capture_command(device), subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=subprocess.DEVNULL, bufsize=0)  # noqa: S603


def _encoder() -> "subprocess.Popen[bytes]":
    pipe = subprocess.PIPE
    return subprocess.Popen(_ENCODE, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, bufsize=0)  # noqa: S603


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
