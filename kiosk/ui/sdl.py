"""Call the SDL library in Kivy's wheel for the few things Kivy does not expose."""

import ctypes
from functools import cache
from pathlib import Path
from typing import Any

import kivy

RGBA32 = 376840196  # SDL_PIXELFORMAT_RGBA32 (ABGR8888) of SDL_pixels.h, on a little-endian machine
Size = tuple[int, int]


@cache
def library() -> Any | None:
    """``None`` where Kivy was built with the system's own SDL."""
    found = sorted(Path(kivy.__file__).parent.parent.glob("Kivy.libs/libSDL2-2*.so*"))
    return ctypes.CDLL(str(found[0])) if found else None


def smaller(pixels: bytes, size: Size, wanted: Size) -> bytes:
    """Pixels of four bytes made smaller, halved as often as that goes and then fitted, so that no line gets lost."""
    while size[0] >= 2 * wanted[0] and size[1] >= 2 * wanted[1]:
        half = size[0] // 2, size[1] // 2
        pixels, size = _stretched(pixels, size, half), half
    return pixels if size == wanted else _stretched(pixels, size, wanted)


def _stretched(pixels: bytes, size: Size, wanted: Size) -> bytes:
    sdl = library()
    assert sdl is not None, "ask library() first"
    stretched = ctypes.create_string_buffer(wanted[0] * wanted[1] * 4)
    surface = sdl.SDL_CreateRGBSurfaceWithFormatFrom
    surface.restype, surface.argtypes = ctypes.c_void_p, [ctypes.c_void_p, *[ctypes.c_int] * 4, ctypes.c_uint32]
    sdl.SDL_SoftStretchLinear.argtypes = [ctypes.c_void_p] * 4
    sdl.SDL_FreeSurface.argtypes = [ctypes.c_void_p]
    source = surface(ctypes.cast(ctypes.c_char_p(pixels), ctypes.c_void_p), *size, 32, size[0] * 4, RGBA32)
    target = surface(stretched, *wanted, 32, wanted[0] * 4, RGBA32)
    failed = sdl.SDL_SoftStretchLinear(source, None, target, None)
    sdl.SDL_FreeSurface(source)
    sdl.SDL_FreeSurface(target)
    if failed:
        raise RuntimeError("SDL could not make a drawing smaller")
    return stretched.raw
