"""Ask the display server whether the picture covers the panel: SDL only remembers what it saw at its start."""

import ctypes
from typing import Any

from msgspec import Struct

from kiosk.ui.sdl import Size, library


class Bounds(Struct, frozen=True):
    """A rectangle in pixels from the top left of everything the display server shows."""

    left: int
    top: int
    width: int
    height: int

    def covers(self, other: "Bounds") -> bool:
        """Whether no pixel of ``other`` lies outside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.left + self.width >= other.left + other.width
            and self.top + self.height >= other.top + other.height
        )


def panel() -> Bounds | None:
    """The first panel as SDL finds it, opening SDL's connection when there is none; ``None`` when it cannot say.

    Without a window manager a window keeps the size it was made with, whatever it asks for later. So it must be known
    before the window is made.
    """
    sdl = library()
    if sdl is None or sdl.SDL_InitSubSystem(_VIDEO):
        return None
    bounds = (ctypes.c_int * 4)()
    return Bounds(*bounds) if sdl.SDL_GetDisplayBounds(0, bounds) == 0 else None


class Coverage:
    """Watches the window after it was made. On a display server that is not asked (other than X) SDL's word counts."""

    def __init__(self) -> None:
        self._panel, self._server_size = panel(), _server_size()

    def turned(self) -> bool:
        """Whether what the server shows has another size than at the start: the panel was turned or exchanged."""
        return self._server_size != _server_size()

    def covers(self) -> bool:
        """Whether the window covers the panel. True when nobody can say: a guess must not stop a kiosk."""
        window = _window_bounds()
        return self._panel is None or window is None or window.covers(self._panel)


_VIDEO = 0x20  # SDL_INIT_VIDEO of SDL.h


def _server_size() -> Size | None:
    x = _connected()
    if x is None:
        return None
    library_x11, display = x
    size = library_x11.XDisplayWidth(display, 0), library_x11.XDisplayHeight(display, 0)
    library_x11.XCloseDisplay(display)
    return size


def _window_bounds() -> Bounds | None:
    x = _connected()
    if x is None:
        return _window_bounds_by_sdl()
    from kivy.core.window import Window

    library_x11, display = x
    window = ctypes.c_ulong(Window.get_window_info().window)
    root, child = ctypes.c_ulong(), ctypes.c_ulong()
    left, top = ctypes.c_int(), ctypes.c_int()
    width, height, border, depth = (ctypes.c_uint() for _ in range(4))
    refer = ctypes.byref
    library_x11.XGetGeometry(
        display, window, refer(root), refer(left), refer(top), refer(width), refer(height), refer(border), refer(depth)
    )
    library_x11.XTranslateCoordinates(display, window, root, 0, 0, refer(left), refer(top), refer(child))
    library_x11.XCloseDisplay(display)
    return Bounds(left.value, top.value, width.value, height.value)


def _window_bounds_by_sdl() -> Bounds | None:
    sdl = library()
    if sdl is None:
        return None
    sdl.SDL_GL_GetCurrentWindow.restype = ctypes.c_void_p
    window = ctypes.c_void_p(sdl.SDL_GL_GetCurrentWindow())
    left, top, width, height = (ctypes.c_int() for _ in range(4))
    sdl.SDL_GetWindowPosition(window, ctypes.byref(left), ctypes.byref(top))
    sdl.SDL_GetWindowSize(window, ctypes.byref(width), ctypes.byref(height))
    return Bounds(left.value, top.value, width.value, height.value)


def _connected() -> tuple[Any, ctypes.c_void_p] | None:
    """Xlib with a new connection to the server the window is on: a new one alone knows the size of now."""
    sdl = library()
    if sdl is None:
        return None
    sdl.SDL_GetCurrentVideoDriver.restype = ctypes.c_char_p
    if sdl.SDL_GetCurrentVideoDriver() != b"x11":
        return None
    x = ctypes.CDLL("libX11.so.6")
    pointer, number, identity = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
    x.XOpenDisplay.restype, x.XOpenDisplay.argtypes = pointer, [ctypes.c_char_p]
    x.XCloseDisplay.argtypes = [pointer]
    x.XDisplayWidth.argtypes = x.XDisplayHeight.argtypes = [pointer, number]
    x.XGetGeometry.argtypes = [pointer, identity, *[pointer] * 7]
    x.XTranslateCoordinates.argtypes = [pointer, identity, identity, number, number, *[pointer] * 3]
    display = x.XOpenDisplay(None)
    return (x, pointer(display)) if display else None
