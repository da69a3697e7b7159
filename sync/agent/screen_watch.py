"""Tell the district of the screen: the agent goes on when the screen does not, so a dead one is told by it.

What the screen's sign of life says is kept among the kiosk's facts and travels in each batch's health. A screen that
fails, or a touch panel that is gone, is an entry too: so it travels although nobody can rate any more.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.box.box import Box
from kiosk.box.district_clock import corrected
from kiosk.box.facts import box_fact, seal_fact
from kiosk.box.sign_of_life import ScreenState, SignOfLife, state_of
from kiosk.clock import Moment
from kiosk.domain.entry import EntryType
from kiosk.store import box_state, ledger
from kiosk.store.engine import CannotRead, CannotWrite
from sync.protocol.health import Level, judged_health

log = logging.getLogger(__name__)

LOOK_SECONDS = 20.0
DARK_SECONDS = 180
"""A screen that is dark for less than this is starting again, or somebody works at it. A touch panel that comes and
goes faster has a loose cable: each change would be an entry, and entries are never thrown away."""
WATCHED = ("screen", "touch", "renderer")


class ScreenWatch:
    """``tick`` as often as you like. ``sign`` reads the sign of life, ``runs`` whether a screen's process is there."""

    def __init__(
        self, sign: Callable[[], SignOfLife | None], runs: Callable[[], bool], clock: Callable[[], Moment]
    ) -> None:
        self._sign, self._runs, self._clock = sign, runs, clock
        self._next_ms: int | None = None
        self._dark_since: int | None = None
        self._touch: str | None = None
        self._touch_since = 0

    def tick(self, box: Box) -> None:
        """Looks every twenty seconds. What cannot be kept is logged, and looked at again."""
        now = self._clock()
        if self._next_ms is not None and now.up_ms < self._next_ms:
            return
        self._next_ms = now.up_ms + round(LOOK_SECONDS * 1000)
        try:
            with box.store.read() as tx:
                known = {name: box_state.get(tx, name) for name in WATCHED}
            seen = self._seen(now, known)
            if seen != known:
                self._keep(box, known, seen)
        except (CannotRead, CannotWrite) as error:
            log.error("how the screen is could not be kept: %s", error)

    def _seen(self, now: Moment, known: Mapping[str, Any]) -> dict[str, Any]:
        """The facts as they are to be told now: a screen that has been dark for a short while is what it was."""
        sign = self._sign()
        state = state_of(sign, now, runs=self._runs())
        if state is None and known["screen"]:
            state, sign = ScreenState.GONE, None  # one was there before the machine was started
        if state is None:
            return dict(known)
        if state is ScreenState.DRAWS:
            assert sign is not None
            self._dark_since = None
            return {
                "screen": {"state": str(state), "restarts": sign.restarts},
                "touch": self._settled(now, known["touch"], "there" if sign.touch else "absent"),
                "renderer": sign.renderer or known["renderer"],
            }
        self._dark_since = now.up_ms if self._dark_since is None else self._dark_since
        if state is ScreenState.STARTING or now.up_ms - self._dark_since < DARK_SECONDS * 1000:
            return dict(known)
        restarts = sign.restarts if sign else 0
        return {**known, "screen": {"state": str(state), "restarts": restarts}}

    def _settled(self, now: Moment, known: Any, seen: str) -> Any:
        """The touch panel as it is to be told: as it is seen once it has stayed so, and until then as it was told."""
        if seen != self._touch:
            self._touch, self._touch_since = seen, now.up_ms
        return seen if known is None or now.up_ms - self._touch_since >= DARK_SECONDS * 1000 else known

    def _keep(self, box: Box, known: Mapping[str, Any], seen: Mapping[str, Any]) -> None:
        before, after = judged_health(known), judged_health(seen)
        with box.store.write() as tx:
            for name in WATCHED:
                if seen[name] != known[name]:
                    box_state.put(tx, name, seen[name])
            for name in ("screen", "touch"):
                failed = name in after and after[name].level is Level.FAILED
                if failed != (name in before and before[name].level is Level.FAILED):
                    kind = EntryType.DEVICE_FAILED if failed else EntryType.DEVICE_BACK
                    reason = {"reason": after[name].word} if failed else {}
                    fact = box_fact(kind, corrected(tx, self._clock()), device=name, **reason)
                    envelope = seal_fact(fact, box.identity.sealing_public_key)
                    ledger.append(tx, box.identity.device_id, [envelope], box.keys.device)
