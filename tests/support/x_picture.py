"""Save what a display shows as PNG: x_picture.py FILE. The display is that of ``DISPLAY``."""

import sys
from pathlib import Path

from PIL import Image
from Xlib import X
from Xlib.display import Display

if __name__ == "__main__":
    root = Display().screen().root
    place = root.get_geometry()
    raw = root.get_image(0, 0, place.width, place.height, X.ZPixmap, 0xFFFFFFFF)
    Image.frombytes("RGB", (place.width, place.height), raw.data, "raw", "BGRX").save(Path(sys.argv[1]))
