"""Bound the time for a request's first line and headers by the same deadline as its body."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from sync.district.api.edge import BEGAN, READ_SECONDS


class PatientProtocol(H11Protocol):
    """Closes a connection on which no whole head of a request came in time, counted from its first byte (or from the
    connection, for the first one), and tells the application when that was. Uvicorn itself waits for ever."""

    _began: float = 0.0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        if self._timer is None and self.conn.their_state is h11.IDLE:
            self._wait()
        before = self.scope
        super().data_received(data)
        if self.scope is not before:
            self.scope[BEGAN] = self._began  # type: ignore[literal-required]
        if self.conn.their_state is not h11.IDLE:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._began = self.loop.time()
        self._timer = self.loop.call_later(READ_SECONDS, self.transport.close)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
