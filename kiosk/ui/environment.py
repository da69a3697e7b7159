"""Set what Kivy reads at import. Call ``prepare`` before anything imports ``kivy``; each setting closes a trap.

This is the one place where they are set, for the kiosk as for the tests.
"""

import ctypes.util
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from msgspec import Struct


class WindowSettings(Struct, frozen=True):
    """How the window is opened. ``width`` and ``height`` in pixels; ``None`` takes the whole display, borderless.

    ``mouse`` is the input provider under X11, where a panel arrives as a mouse. ``input_line`` replaces it with one
    line of Kivy's ``[input]`` section (config/panels/), e.g. ``mtdev,/dev/input/event3``. Exactly one is ever active:
    two would make two taps of one.
    """

    width: int | None = None
    height: int | None = None
    input_line: str = "mouse,disable_multitouch"
    maxfps: int = 30
    offscreen: bool = False


def prepare(window: WindowSettings, runtime: Path | None = None) -> None:
    """Sets the environment and Kivy's configuration. Raises ``RuntimeError`` when Kivy is imported already.

    ``runtime``: a folder in memory for what Kivy wants to write, so that a start needs no disk; else one for temporary
    files.
    """
    if "kivy" in sys.modules:
        raise RuntimeError("kiosk.ui.environment.prepare must run before kivy is imported")
    os.environ.update(
        KIVY_NO_ARGS="1",  # Kivy would read our command line and exit with 0
        KIVY_NO_CONFIG="1",  # a config.ini left on the box would override the image
        KIVY_NO_FILELOG="1",
        KIVY_LOG_MODE="PYTHON",  # else Kivy takes over the root logger and swallows stderr
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="sdl2",
        KIVY_IMAGE="sdl2",
        KIVY_GL_BACKEND="sdl2",
        SDL_NO_SIGNAL_HANDLERS="1",  # SIGTERM belongs to systemd, not to a close request that is refused
    )
    os.environ.setdefault("DBUS_SESSION_BUS_ADDRESS", "disabled:")  # else SDL launches a session bus of its own
    _keep_off_the_disk(runtime)
    if window.offscreen:
        os.environ.update(SDL_VIDEODRIVER="offscreen", SDL_AUDIODRIVER="dummy")
    os.environ.setdefault("SDL_VIDEODRIVER", "x11")  # else SDL draws where nobody sees it when no X server answers
    _configure(window)
    _import_lightly()


def _keep_off_the_disk(runtime: Path | None) -> None:
    """Kivy makes a home at import, and does not start where it cannot. Mesa maps a file of compiled shaders to memory,
    and on a disk that is full the process dies of it (SIGBUS)."""
    in_memory = runtime if runtime is not None and os.access(runtime, os.W_OK) else None
    os.environ.setdefault("KIVY_HOME", str(in_memory / "kivy" if in_memory else _temporary("kivy")))
    if in_memory:
        os.environ.setdefault("MESA_SHADER_CACHE_DIR", str(in_memory / "mesa"))
        os.environ.setdefault("MESA_SHADER_CACHE_MAX_SIZE", "16M")
    else:
        os.environ.setdefault("MESA_SHADER_CACHE_DISABLE", "true")


def _temporary(name: str) -> Path:
    """A folder for temporary files of this user; in the memory of POSIX semaphores where no other can be written."""
    try:
        folder = tempfile.gettempdir()
    except OSError:
        folder = "/dev/shm"  # noqa: S108
    return Path(folder) / f"lang-nghe-{name}-{os.getuid()}"


def _configure(window: WindowSettings) -> None:
    from kivy.config import Config

    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "desktop", "0")
    Config.set("graphics", "multisamples", "0")  # a full redraw without a GPU: 113 ms with it, 20 ms without
    Config.set("graphics", "maxfps", str(window.maxfps))
    Config.set("graphics", "show_cursor", "0")
    Config.set("graphics", "resizable", "0")
    if window.width and window.height:
        Config.set("graphics", "fullscreen", "0")
        Config.set("graphics", "width", str(window.width))
        Config.set("graphics", "height", str(window.height))
    else:
        _cover_the_panel(Config)
    for name, _ in Config.items("input"):
        Config.remove_option("input", name)
    if not window.offscreen:
        Config.set("input", "panel", window.input_line)


def _cover_the_panel(config: Any) -> None:
    """Full screen, and made with the panel's size: where no window manager runs, nobody would make it larger later."""
    from kiosk.ui.coverage import panel

    config.set("graphics", "fullscreen", "auto")
    config.set("graphics", "borderless", "1")
    if bounds := panel():
        place = {"position": "custom", "left": bounds.left, "top": bounds.top}
        for name, value in {**place, "width": bounds.width, "height": bounds.height}.items():
            config.set("graphics", name, str(value))


def _import_lightly() -> None:
    """Kivy's core without what the kiosk has no use for, which would be an eighth of the start.

    It reads the rules of all its widgets, where the kiosk has only text, and starts
    ``ldconfig`` to look for the C library.
    """
    import kivy

    folder, kivy.kivy_data_dir = kivy.kivy_data_dir, str(Path(__file__).parent / "plain")
    look, ctypes.util.find_library = ctypes.util.find_library, lambda name: f"lib{name}.so.6"
    try:
        import kivy.lang
    finally:
        kivy.kivy_data_dir, ctypes.util.find_library = folder, look
