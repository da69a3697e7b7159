"""What a panel says about its own size."""

from pathlib import Path

import pytest

from kiosk.hardware.panel import HEADER, connected_width_mm, size_mm


def edid(width: int, height: int) -> bytes:
    """A block as a 15.6-inch panel sends it, with this size in its first detailed timing."""
    timing = bytearray.fromhex("023a801871382d40582c4500000000000018")
    timing[12], timing[13] = width & 0xFF, height & 0xFF
    timing[14] = (width >> 8) << 4 | height >> 8
    block = bytearray(HEADER + bytes(46) + bytes(timing) + bytes(55))
    return bytes(block + bytes([-sum(block) % 256]))


@pytest.mark.parametrize("size", [(344, 194), (476, 268), (1210, 680), (155, 86)])
def test_the_size_is_read_in_millimetres(size: tuple[int, int]):
    assert size_mm(edid(*size)) == size


def test_a_damaged_or_empty_block_says_nothing():
    whole = edid(344, 194)

    assert [size_mm(block) for block in (b"", whole[:100], whole[:-1] + b"\1", bytes(128), edid(0, 0))] == [None] * 5


@pytest.mark.parametrize(("portrait", "width"), [(True, 194), (False, 344)])
def test_a_panel_mounted_upright_has_its_short_edge_below(tmp_path: Path, portrait: bool, width: int):
    (tmp_path / "card0-HDMI-A-1").mkdir()
    (tmp_path / "card0-HDMI-A-1/edid").write_bytes(edid(344, 194))
    (tmp_path / "card0-DP-1").mkdir()
    (tmp_path / "card0-DP-1/edid").write_bytes(b"")

    assert connected_width_mm(portrait=portrait, folder=tmp_path) == width


def test_two_panels_are_no_answer(tmp_path: Path):
    for name in ("card0-HDMI-A-1", "card0-DP-1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "edid").write_bytes(edid(344, 194))

    assert connected_width_mm(portrait=True, folder=tmp_path) is None
