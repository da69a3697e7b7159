"""Deliver the pending entries of shelved ledgers: one agent for each, as long as it has work."""

import logging
from collections.abc import Callable
from pathlib import Path

from kiosk.box.box import Box
from kiosk.box.keys import NoKeys
from kiosk.box.shelf import open_shelved, shelved, waiting
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Damaged, Vanished
from sync.agent.agent import Agent

log = logging.getLogger(__name__)

LOOK_SECONDS = 300.0


class Shelves:
    """``tick`` as often as you like. ``agent_of`` makes the agent of a shelved kiosk (one that only delivers);
    ``address_of``: where it finds its district now."""

    def __init__(
        self,
        folder: Path,
        agent_of: Callable[[Box], Agent],
        monotonic: Callable[[], float],
        address_of: Callable[[Box], object] = lambda box: box.identity.district_url,
    ) -> None:
        self._folder, self._agent_of, self._monotonic = folder, agent_of, monotonic
        self._address_of = address_of
        self._addresses: dict[Path, object] = {}
        self._next_look = monotonic()
        self._agents: dict[Path, tuple[Box, Agent]] = {}

    def tick(self) -> bool:
        """One step for each shelf with work; true when there is more to do at once."""
        if self._monotonic() >= self._next_look:
            self._next_look = self._monotonic() + LOOK_SECONDS
            self._look()
        have_more = [self._step(folder) for folder in list(self._agents)]
        return any(have_more)

    @property
    def trouble(self) -> str:
        """Why something on the shelf is not delivered; empty when it is, or when nothing waits there."""
        return next((agent.trouble for _, agent in self._agents.values() if agent.trouble), "")

    def _look(self) -> None:
        """The agent of a ledger whose district is to be found elsewhere now is made anew."""
        for folder, (known, _) in list(self._agents.items()):
            if self._address_of(known) != self._addresses[folder]:
                del self._agents[folder]
                known.store.close()
        for folder in shelved(self._folder):
            try:
                if folder not in self._agents and waiting(folder)[1] and (box := open_shelved(folder)):
                    self._agents[folder] = box, self._agent_of(box)
                    self._addresses[folder] = self._address_of(box)
            except (CannotOpen, CannotRead, CannotWrite, NoKeys, OSError) as error:
                log.error("what waits on the shelf %s cannot be delivered: %s", folder.name, error)

    def _step(self, folder: Path) -> bool:
        box, agent = self._agents[folder]
        try:
            if agent.tick() or agent.trouble or waiting(folder)[1]:
                return not agent.trouble
        except (Damaged, Vanished, CannotRead) as error:
            log.error("the shelf %s cannot be used: %s", folder.name, error)
        del self._agents[folder]
        box.store.close()
        return False
