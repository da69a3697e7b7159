"""Bound the time for a request's head by the same deadline as its body, and let a refused sender read why."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from sync.district.api.edge import BEGAN, READ_SECONDS

LINGER_SECONDS = 2.0
"""How long the rest of a refused body is read and dropped before the connection is closed."""


class PatientProtocol(H11Protocol):
    """Closes a connection on which no whole head of a request came in time, counted from its first byte (or from the
    connection, for the first one), and tells the application when that was. Uvicorn itself waits for ever.

    A request answered before its body has come is closed in two steps (RFC 9112 section 9.6): closing at once would
    reset the connection, and the reset would take the answer away from the sender who has not read it yet.
    """

    _began: float = 0.0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.transport = self._closing = _TwoStepClose(transport, self)  # type: ignore[assignment]
        self._wait()

    def data_received(self, data: bytes) -> None:
        if self._closing.lingers:
            return
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


class _TwoStepClose:
    """A transport whose ``close`` ends the answer first, and the connection when the sender is done or time is up."""

    def __init__(self, transport: asyncio.Transport, protocol: PatientProtocol) -> None:
        self._transport, self._protocol = transport, protocol
        self.lingers = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self.lingers or self._transport.is_closing()

    def close(self) -> None:
        unread = self._protocol.conn.their_state is h11.SEND_BODY
        if self.is_closing() or not unread or not self._transport.can_write_eof():
            self._transport.close()
            return
        self.lingers = True
        self._transport.write_eof()
        self._transport.resume_reading()
        self._protocol.loop.call_later(LINGER_SECONDS, self._transport.close)
