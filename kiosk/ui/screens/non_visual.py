"""The non-visual mode: five zones of a dark glass.

Nothing is drawn but how to have the picture back: who stands behind sees neither what was asked nor what was come to.
The zones are thirds of the whole glass on every panel, so that its corners and its middle are found with the hand
alone. A short touch does what the zone means; a finger that slides or rests explores, and only hears what it is.
"""

from typing import Any

from kivy.properties import StringProperty

from kiosk.flow.input.non_visual import zone_at
from kiosk.flow.rules.recording_steps import is_recording
from kiosk.flow.state.preferences import Zone, ZoneExplored, ZoneTouched
from kiosk.flow.state.screens import Place
from kiosk.ui.screens.page import Page

HOLD_SECONDS = 0.5  # counted from the first second's tick after the finger came: about one in all


class _Finger:
    """A finger on the glass: where it is, whether it explores, and since which tick it has rested."""

    def __init__(self, zone: Zone) -> None:
        self.zone, self.explores = zone, False
        self.since: float | None = None


class NonVisualPage(Page):
    """The same five zones on every screen, whatever is asked on it."""

    text = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self._fingers: dict[Any, _Finger] = {}
        super().__init__(**kwargs)

    def show(self, place: Place, now: float) -> None:
        self.text = self.words["tell.speech_now" if is_recording(place) else "ear.text"]

    def forget(self) -> None:
        self._fingers.clear()

    def pass_time(self, now: float) -> None:
        for finger in self._fingers.values():
            finger.since = now if finger.since is None else finger.since
            if not finger.explores and now - finger.since >= HOLD_SECONDS:
                finger.explores = True
                self.emit(ZoneExplored(finger.zone))

    def zone_at(self, x: float, y: float) -> Zone:
        """Which of the five a point of the window belongs to; every point of the glass belongs to one."""
        return zone_at((x - self.x) / self.width, (y - self.y) / self.height)

    def on_touch_down(self, touch: Any) -> bool:
        zone = self.zone_at(*touch.pos)
        if zone not in (finger.zone for finger in self._fingers.values()):
            touch.grab(self)
            self._fingers[touch.uid] = _Finger(zone)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        finger = self._fingers.get(touch.uid) if touch.grab_current is self else None
        if finger and finger.zone != (zone := self.zone_at(*touch.pos)):
            finger.zone, finger.explores = zone, True
            self.emit(ZoneExplored(zone))
        return True

    def on_touch_up(self, touch: Any) -> bool:
        finger = self._fingers.pop(touch.uid, None) if touch.grab_current is self else None
        if finger:
            touch.ungrab(self)
            self.emit(ZoneExplored(None) if finger.explores else ZoneTouched(finger.zone))
        return True
