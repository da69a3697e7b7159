"""Models of printers: each that python-escpos knows prints, or is no printer."""

import tomllib
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from kiosk.hardware.printer import escpos
from kiosk.hardware.printer.typeset import typeset
from tests.hardware.test_printer import PAPER, desk, is_whole, plugged, sheet

__all__ = ["desk", "plugged"]

EVERY_PROFILE = sorted(escpos._models())
REPORTED = {
    tomllib.loads((Path(__file__).parents[1] / "cases/15-printer.toml").read_text("utf-8"))["printer"]["profile"]
}


def test_no_dots_of_an_image_are_taken_for_a_command():
    """DLE EOT and its kin are obeyed wherever they stand; three lonely dots in a row would spell one."""
    spelt = Image.frombytes("1", (24, 4), bytes([0x10, 0x04, 0x01, 0x10, 0x05, 0x02, 0x10, 0x14, 0x01, 0, 0, 0]))
    sent = b"".join(escpos.pieces(ImageOps.invert(spelt.convert("L")).convert("1"), ""))

    assert not any(command in sent for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))
    assert b"\x18\x04\x01\x18\x05\x02\x18\x14\x01" in sent


def test_a_model_that_is_not_known_prints_as_an_ordinary_one(desk, plugged):
    paper_printer = plugged()
    job = desk.start(paper_printer, profile="TM-T2000").print(PAPER)

    assert desk.next() == ("printed", job)
    assert is_whole(sheet(paper_printer))


@pytest.mark.parametrize("profile", EVERY_PROFILE)
@pytest.mark.parametrize("paper_mm", [58, 80])
def test_every_model_of_python_escpos_prints_or_is_no_printer(profile: str, paper_mm: int):
    if profile not in escpos.profiles():
        assert escpos.is_no_printer(profile)
    dots = escpos.dots(profile, paper_mm)

    sent = escpos.pieces(typeset(PAPER, dots), profile)

    assert 360 <= dots <= 576
    assert len(sent) > 2
    assert all(sent)


def test_customer_displays_are_not_offered_as_printers():
    assert {"AF-240", "OCD-100", "OCD-300"} == set(EVERY_PROFILE) - set(escpos.profiles())


@pytest.mark.parametrize("profile", sorted(REPORTED))
def test_a_model_that_tells_no_width_in_dots_prints_on_a_real_line(desk, plugged, profile):
    paper_printer = plugged()
    job = desk.start(paper_printer, profile=profile).print(PAPER)

    assert desk.next() == ("printed", job)
    assert is_whole(sheet(paper_printer))
