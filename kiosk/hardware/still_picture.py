"""Show a still picture that says the kiosk is out of order, when its screen cannot be started.

A program of its own, for Debian's Python alone: it needs no package, no font, no OpenGL and nothing that can be
written, so that it works when one of these is what is broken. It draws on the X server, and where there is none on the
kernel's framebuffer. The pictures are made by ``.ci/render-still``.

usage: still_picture.py FOLDER [SECONDS]    ends with 0 after so long (an hour), so that the screen is tried once more
"""

import ctypes
import struct
import sys
import time
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

AGAIN_SECONDS = 3_600
LOOK_SECONDS = 5
INK, PAPER = (0x17, 0x21, 0x2B), (0xFF, 0xFF, 0xFF)
FRAMEBUFFER, SYSTEM = Path("/dev/fb0"), Path("/sys/class/graphics/fb0")
Z_PIXMAP = 2  # X.h


class Grey:
    """A picture of one grey channel: 0 is ink, 255 paper."""

    def __init__(self, width: int, height: int, pixels: bytes) -> None:
        self.width, self.height, self.pixels = width, height, pixels


def read_picture(path: Path) -> Grey:
    """A PNG as ``.ci/render-still`` writes it. Raises ``ValueError`` for any other."""
    content, at, packed = path.read_bytes(), 8, b""
    width, height, *kind = struct.unpack(">IIBBBBB", content[16:29])
    if kind != [8, 0, 0, 0, 0]:
        raise ValueError(f"{path}: not a plain grey PNG")
    while at < len(content):
        size, name = struct.unpack(">I4s", content[at : at + 8])
        packed += content[at + 8 : at + 8 + size] if name == b"IDAT" else b""
        at += size + 12
    lines, step = zlib.decompress(packed), width + 1
    if any(lines[::step]) or len(lines) != step * height:
        raise ValueError(f"{path}: its lines are filtered")
    return Grey(width, height, b"".join(lines[row * step + 1 : (row + 1) * step] for row in range(height)))


def picture_for(folder: Path, width: int, height: int) -> Grey:
    """The largest picture that fits, in the middle of paper of this size; of the smallest what fits."""
    sizes = sorted((int(path.stem) for path in folder.glob("[0-9]*.png")), reverse=True)
    found = None
    for size in sizes:
        found = read_picture(folder / f"{size}.png")
        if found.width <= width and found.height <= height:
            break
    if found is None:
        raise ValueError(f"no picture in {folder}")
    return on_paper(found, width, height)


def on_paper(picture: Grey, width: int, height: int) -> Grey:
    """The picture in the middle of paper of this size."""
    shown_width, shown_height = min(picture.width, width), min(picture.height, height)
    cut, skipped = (picture.width - shown_width) // 2, (picture.height - shown_height) // 2
    left, top = (width - shown_width) // 2, (height - shown_height) // 2
    blank, beside, after = b"\xff" * width, b"\xff" * left, b"\xff" * (width - left - shown_width)
    rows = [blank] * height
    for row in range(shown_height):
        start = (row + skipped) * picture.width + cut
        rows[top + row] = beside + picture.pixels[start : start + shown_width] + after
    return Grey(width, height, b"".join(rows))


def in_colour(picture: Grey, bits: int) -> bytes:
    """The pixels as a screen of 16 (RGB 565) or 32 bits a pixel takes them, little end first."""
    if bits not in (16, 32):
        raise ValueError(f"a screen of {bits} bits a pixel is not known")
    if bits == 16:
        words = b"".join(struct.pack("<H", _rgb565(_mixed(grey))) for grey in range(256))
        return b"".join(words[2 * grey : 2 * grey + 2] for grey in picture.pixels)
    filled = bytearray(4 * len(picture.pixels))
    for place, channel in enumerate((2, 1, 0)):  # blue first
        table = bytes(_mixed(grey)[channel] for grey in range(256))
        filled[place::4] = picture.pixels.translate(table)
    return bytes(filled)


def _mixed(grey: int) -> tuple[int, int, int]:
    red, green, blue = (ink + (paper - ink) * grey // 255 for ink, paper in zip(INK, PAPER, strict=True))
    return red, green, blue


def _rgb565(colour: tuple[int, int, int]) -> int:
    red, green, blue = colour
    return red >> 3 << 11 | green >> 2 << 5 | blue >> 3


class Server:
    """The X server, by Xlib alone. When it dies, Xlib ends this process, and systemd starts another."""

    def __init__(self) -> None:
        self._x: Any = ctypes.CDLL("libX11.so.6")
        number, identity, pointer = ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p
        count = ctypes.c_uint
        self._declare("XOpenDisplay", pointer, ctypes.c_char_p)
        self._declare("XCloseDisplay", number, pointer)
        self._declare("XDefaultRootWindow", identity, pointer)
        self._declare("XDefaultVisual", pointer, pointer, number)
        for name in ("XDefaultScreen", "XSync"):
            self._declare(name, number, pointer, *([number] if name == "XSync" else []))
        for name in ("XDisplayWidth", "XDisplayHeight", "XDefaultDepth"):
            self._declare(name, number, pointer, number)
        self._declare("XCreateSimpleWindow", identity, pointer, identity, number, number, *[count] * 3, *[identity] * 2)
        self._declare("XCreatePixmap", identity, pointer, identity, *[count] * 3)
        self._declare("XCreateGC", pointer, pointer, identity, identity, pointer)
        shape = [*[count] * 2, *[number] * 2]
        self._declare("XCreateImage", pointer, pointer, pointer, count, number, number, pointer, *shape)
        self._declare("XPutImage", number, pointer, identity, pointer, pointer, *[number] * 4, *[count] * 2)
        self._declare("XSetWindowBackgroundPixmap", number, pointer, identity, identity)
        self._declare("XMapRaised", number, pointer, identity)

    def _declare(self, name: str, gives: Any, *takes: Any) -> None:
        function = getattr(self._x, name)
        function.restype, function.argtypes = gives, list(takes)

    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels as a new connection sees them, ``None`` when no server answers."""
        display = self._x.XOpenDisplay(None)
        if not display:
            return None
        found = self._x.XDisplayWidth(display, 0), self._x.XDisplayHeight(display, 0)
        self._x.XCloseDisplay(display)
        return found

    def show(self, picture: Grey) -> bool:
        """Shows a picture over the whole server, from now on as long as this process lives; whether one answered."""
        x, display = self._x, self._x.XOpenDisplay(None)
        if not display:
            return False
        screen, root = x.XDefaultScreen(display), x.XDefaultRootWindow(display)
        depth, size = x.XDefaultDepth(display, screen), (picture.width, picture.height)
        bits = 16 if depth <= 16 else 32
        self._pixels = ctypes.create_string_buffer(in_colour(picture, bits), len(picture.pixels) * bits // 8)
        visual = x.XDefaultVisual(display, screen)
        image = x.XCreateImage(display, visual, depth, Z_PIXMAP, 0, self._pixels, *size, bits, 0)
        pixmap = x.XCreatePixmap(display, root, *size, depth)
        x.XPutImage(display, pixmap, x.XCreateGC(display, pixmap, 0, None), image, 0, 0, 0, 0, *size)
        window = x.XCreateSimpleWindow(display, root, 0, 0, *size, 0, 0, 0)
        x.XSetWindowBackgroundPixmap(display, window, pixmap)  # the server draws it again by itself
        x.XMapRaised(display, window)
        x.XSync(display, 0)
        return True


@lru_cache(maxsize=1)
def _framebuffer_pixels(folder: Path, width: int, height: int, bits: int) -> bytes:
    return in_colour(picture_for(folder, width, height), bits)


def draw_on_framebuffer(folder: Path, device: Path = FRAMEBUFFER, system: Path = SYSTEM) -> bool:
    """Draws where the kernel shows its console; whether there is such a place."""
    try:
        width, height = map(int, (system / "virtual_size").read_text("ascii").split(","))
        bits = int((system / "bits_per_pixel").read_text("ascii"))
        stride = int((system / "stride").read_text("ascii"))
        pixels, row = _framebuffer_pixels(folder, width, height, bits), width * bits // 8
        with device.open("r+b", buffering=0) as screen:
            for line in range(height):
                screen.seek(line * stride)
                screen.write(pixels[line * row : (line + 1) * row])
    except (OSError, ValueError) as error:
        sys.stderr.write(f"nothing can be drawn on {device}: {error}\n")
        return False
    return True


def main(folder: Path, seconds: float, device: Path = FRAMEBUFFER, system: Path = SYSTEM) -> int:
    """0 when the screen is to be tried once more: it has stood long enough, or a server came where there was none. 1
    when it must be drawn anew: the server is gone, or has another size.

    On the framebuffer it is drawn at each look, over what the kernel or a sign-in has written there meanwhile.
    """
    server, until = Server(), time.monotonic() + seconds
    at_first = server.size()
    on_framebuffer = at_first is None and draw_on_framebuffer(folder, device, system)
    if at_first is not None and not server.show(picture_for(folder, *at_first)):
        return 1
    while time.monotonic() < until:
        time.sleep(max(0.0, min(LOOK_SECONDS, until - time.monotonic())))
        if server.size() != at_first:
            return 0 if at_first is None else 1
        on_framebuffer = on_framebuffer and draw_on_framebuffer(folder, device, system)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else AGAIN_SECONDS))
