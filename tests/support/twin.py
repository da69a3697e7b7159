"""Where the controls are on a kiosk's screen that runs in another process: the same screens, drawn here, are asked."""

from typing import Any

from msgspec.structs import replace

from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.state.screens import Idle, Place, State
from tests.support.driver import Driver, open_window
from tests.support.fakes import INTAKE, FakeDesk, HandClock


class Twin:
    """A window of the same size in this process, never shown to anybody."""

    def __init__(self, width: int, height: int, panel_width_mm: int, office: str = "") -> None:
        open_window(width, height)
        from kiosk.ui.app import Appearance

        self._height = height
        self._driver = Driver(Rules(), Appearance(width_mm=panel_width_mm, office=office), FakeDesk, HandClock())
        self._driver.start()
        self._known: dict[tuple[Place, Any], tuple[float, float]] = {}

    def where(self, place: Place, what: Any) -> tuple[float, float]:
        """The middle of a control, pixels from the top left. ``what``: its words, its picture, or a face's score."""
        if (place, what) not in self._known:
            self._known[place, what] = self._find(place, what)
        return self._known[place, what]

    def _find(self, place: Place, what: Any) -> tuple[float, float]:
        self._driver.app.stage.draw(self._state(place))
        self._driver.frames(2)
        has_score = (lambda control: getattr(control, "score", None) == what) if isinstance(what, int) else what
        control = self._driver.control(has_score)
        x, y = control.to_window(*control.center)
        return x, self._height - y

    def _state(self, place: Place) -> State:
        """An enrolled box that has heard from its district offers to take words too."""
        return State(place, "vi", lobby=Lobby(intake=replace(INTAKE, speech_seconds=0)))

    def words(self, key: str) -> str:
        """What a control says, by its key in the Vietnamese texts."""
        return str(self._driver.page.words[key])

    def sign(self) -> tuple[float, float]:
        """The sign in the corner of the idle screen."""
        from kiosk.ui.widgets.sign import Sign

        self._driver.app.stage.draw(self._state(Idle()))
        self._driver.frames(2)
        sign = next(widget for widget in self._driver.page.walk() if isinstance(widget, Sign))
        x, y = sign.to_window(sign.x + sign.height, sign.center_y)
        return x, self._height - y

    def close(self) -> None:
        self._driver.stop()
