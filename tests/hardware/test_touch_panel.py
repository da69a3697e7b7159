"""Which of the kernel's input devices is a touch panel. The blocks are as the named machines write them."""

from pathlib import Path

import pytest

from kiosk.hardware.touch_panel import touch_panels

OFFICIAL_7_INCH = """I: Bus=0018 Vendor=0000 Product=0000 Version=0000
N: Name="10-0038 generic ft5x06 (79)"
H: Handlers=mouse0 event0
B: PROP=2
B: EV=b
B: KEY=400 0 0 0 0 0
B: ABS=260800000000003
"""
USB_PANEL = """I: Bus=0003 Vendor=0eef Product=0001 Version=0210
N: Name="eGalax Inc. USB TouchController"
H: Handlers=mouse1 event4
B: PROP=0
B: EV=1b
B: KEY=400 10000 0 0 0 0
B: ABS=3
"""
OLD_PANEL_LIKE_A_TABLET = """I: Bus=0003 Vendor=0627 Product=0001 Version=0001
N: Name="Elo TouchSystems, Inc."
B: PROP=0
B: EV=1f
B: KEY=70000 0 0 0 0
B: ABS=3
"""
TOUCHPAD = """I: Bus=0018 Vendor=04f3 Product=3134 Version=0100
N: Name="ELAN0501:00 04F3:3134 Touchpad"
B: PROP=5
B: EV=b
B: KEY=e520 10000 0 0 0 0
B: ABS=260800000000003
"""
KEYBOARD = """I: Bus=0003 Vendor=046d Product=c31c Version=0110
N: Name="Logitech USB Keyboard"
B: PROP=0
B: EV=120013
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe
"""
MOUSE = """N: Name="USB Optical Mouse"
B: PROP=0
B: EV=17
B: KEY=70000 0 0 0 0
B: REL=903
"""
JOYSTICK = """N: Name="Gamepad"
B: PROP=0
B: KEY=7fdb000000000000 0 0 0 0
B: ABS=3003f
"""


@pytest.mark.parametrize("block", [OFFICIAL_7_INCH, USB_PANEL, OLD_PANEL_LIKE_A_TABLET])
def test_a_touch_panel_is_known(tmp_path: Path, block: str):
    (tmp_path / "devices").write_text(f"{KEYBOARD}\n{block}\n{MOUSE}\n")

    (name,) = touch_panels(tmp_path / "devices")

    assert f'Name="{name}"' in block


@pytest.mark.parametrize("block", [TOUCHPAD, KEYBOARD, MOUSE, JOYSTICK])
def test_nothing_else_is_one(tmp_path: Path, block: str):
    (tmp_path / "devices").write_text(f"{block}\n")

    assert touch_panels(tmp_path / "devices") == []


def test_where_the_kernel_tells_nothing_there_is_none(tmp_path: Path):
    assert touch_panels(tmp_path / "devices") == []
