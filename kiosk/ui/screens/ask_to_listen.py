"""Ask, aloud and in large letters, whether the person holding the corner wants to listen with a dark screen.

The middle third of the glass is yes, where the voice says it is and where it chooses from then on; every other touch
leaves all as it was.
"""

from typing import Any

from kiosk.flow.input.non_visual import zone_at
from kiosk.flow.state.preferences import Zone
from kiosk.flow.state.screens import Confirmed, Touched
from kiosk.ui.screens.page import Page


class AskToListenPage(Page):
    def on_touch_down(self, touch: Any) -> bool:
        touch.grab(self)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is self:
            touch.ungrab(self)
            zone = zone_at((touch.x - self.x) / self.width, (touch.y - self.y) / self.height)
            self.answer(zone is Zone.CHOOSE)
        return True

    def answer(self, wanted: bool) -> None:
        self.emit(Confirmed() if wanted else Touched())
