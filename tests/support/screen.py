"""A display without a screen: Xvfb, real clicks through the X server (XTEST), and pictures of what is on it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image


class Screen:
    """One Xvfb display. Coordinates are pixels from the top left."""

    def __init__(self, name: str, width: int, height: int, server: "subprocess.Popen[bytes]") -> None:
        from Xlib.display import Display

        self.name, self.width, self.height, self._server = name, width, height, server
        self._open = True
        self._display: Any = Display(name)
        self._root: Any = self._display.screen().root

    def touch(self, x: float, y: float) -> None:
        """A finger down and up, through the X server's input."""
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self._display, X.MotionNotify, x=round(x), y=round(y))
        xtest.fake_input(self._display, X.ButtonPress, 1)
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()

    def hold(self, x: float, y: float, seconds: float) -> None:
        """A finger that rests for so long."""
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self._display, X.MotionNotify, x=round(x), y=round(y))
        xtest.fake_input(self._display, X.ButtonPress, 1)
        xtest.fake_input(self._display, X.ButtonRelease, 1, time=round(seconds * 1000))
        self._display.sync()

    @contextmanager
    def pressed(self, x: float, y: float) -> Iterator[None]:
        """A finger that stays down as long as the block lasts."""
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self._display, X.MotionNotify, x=round(x), y=round(y))
        xtest.fake_input(self._display, X.ButtonPress, 1)
        self._display.sync()
        yield
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()

    def turn(self, width: int, height: int) -> None:
        """Shows so many pixels from now on, as after ``xrandr --rotate``; at most as many as the display began with."""
        from Xlib.ext import randr

        name = f"{width}x{height}"
        timing = {"dot_clock": 60 * width * height, "h_sync_start": width, "h_sync_end": width, "h_total": width}
        timing |= {"v_sync_start": height, "v_sync_end": height, "v_total": height, "h_skew": 0, "flags": 0}
        mode = {"id": 0, "width": width, "height": height, "name_length": len(name), **timing}
        made = randr.create_mode(self._root, mode, name).mode
        known = randr.get_screen_resources(self._root)
        panel, output, when = known.crtcs[0], known.outputs[0], known.config_timestamp
        randr.add_output_mode(self._display, output, made)
        randr.set_crtc_config(self._display, panel, when, 0, 0, 0, 1, [])
        randr.set_screen_size(self._root, width, height, width // 4, height // 4)
        randr.set_crtc_config(self._display, panel, when, 0, 0, made, 1, [output])
        self._display.sync()
        self.width, self.height = width, height

    def focus(self) -> None:
        """Gives the keyboard to the newest window, as a window manager would."""
        from Xlib import X

        self.windows()[-1].set_input_focus(X.RevertToParent, X.CurrentTime)
        self._display.sync()

    def key(self, keycode: int, held: int | None = None) -> None:
        """A key pressed and let go, by the server's number of its place, while another may be held."""
        from Xlib import X
        from Xlib.ext import xtest

        for code in [held] if held else []:
            xtest.fake_input(self._display, X.KeyPress, code)
        xtest.fake_input(self._display, X.KeyPress, keycode)
        xtest.fake_input(self._display, X.KeyRelease, keycode)
        for code in [held] if held else []:
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def picture(self) -> Image.Image:
        from Xlib import X

        raw = self._root.get_image(0, 0, self.width, self.height, X.ZPixmap, 0xFFFFFFFF)
        return Image.frombytes("RGB", (self.width, self.height), raw.data, "raw", "BGRX")

    def shot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.picture().save(path)

    def windows(self) -> list[Any]:
        """The top-level windows, lowest first."""
        return list(self._root.query_tree().children)

    def flush(self) -> None:
        """Returns when the X server has done what it was asked."""
        self._display.sync()

    def end_server(self) -> None:
        """The server dies; to be closed first."""
        self._server.terminate()
        self._server.wait()

    def close(self) -> None:
        """May be called again."""
        if self._open:
            self._open = False
            self._display.close()


@contextmanager
def screen(width: int, height: int) -> Iterator[Screen]:
    """A display of this size, gone afterwards. The X server itself chooses a free number."""
    read, write = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write),
        "-screen",
        "0",
        f"{width}x{height}x24",
        "-nolisten",
        "tcp",
        "-nocursor",
    ]
    server = subprocess.Popen(command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as numbers:
        number = numbers.readline().strip()
    try:
        if not number:
            raise RuntimeError("Xvfb did not start; run .ci/setup")
        shown = Screen(f":{number}", width, height, server)
        yield shown
        shown.close()
    finally:
        server.terminate()
        server.wait()
