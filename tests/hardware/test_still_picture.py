"""The still picture: what it shows, on an X server of any size and on the framebuffer, by Debian's Python alone."""

import ast
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from kiosk.hardware.still_picture import (
    INK,
    LOOK_SECONDS,
    PAPER,
    draw_on_framebuffer,
    in_colour,
    main,
    on_paper,
    picture_for,
    read_picture,
)
from tests.support.screen import Screen, screen

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "assets" / "images" / "still"
UNIT = (ROOT / "config" / "systemd" / "lang-nghe-still.service").read_text("utf-8")
SIZES = [(480, 800), (800, 480), (1024, 600), (1080, 1920), (1920, 1080), (3840, 2160), (240, 240)]
PATIENCE = 30.0


def test_the_pictures_are_those_of_the_texts(tmp_path: Path):
    subprocess.run([sys.executable, str(ROOT / ".ci" / "render-still"), str(tmp_path)], check=True)

    drawn = {path.name: path.read_bytes() for path in tmp_path.glob("*.png")}
    assert {path.name: path.read_bytes() for path in PICTURES.glob("*.png")} == drawn


def test_a_picture_is_read_as_any_other_program_reads_it():
    with Image.open(PICTURES / "780.png") as picture:
        assert read_picture(PICTURES / "780.png").pixels == picture.tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_another_png_is_refused_not_shown_wrong(tmp_path: Path, mode: str):
    Image.effect_noise((64, 64), 90).convert(mode).save(tmp_path / "64.png")

    with pytest.raises(ValueError, match=r"64\.png"):
        read_picture(tmp_path / "64.png")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_largest_that_fits_stands_in_the_middle(size: tuple[int, int]):
    shown = picture_for(PICTURES, *size)

    sizes = [read_picture(path) for path in PICTURES.glob("*.png")]
    fits = [each for each in sizes if each.width <= size[0] and each.height <= size[1]]
    expected = max(fits or sizes, key=lambda each: each.width if fits else -each.width)
    assert (shown.width, shown.height) == size
    assert shown.pixels == on_paper(expected, *size).pixels
    assert min(shown.pixels) == 0


@pytest.mark.parametrize("bits", [16, 32])
def test_ink_and_paper_have_their_colours(bits: int):
    pixels = in_colour(picture_for(PICTURES, 480, 800), bits)

    kinds = {32: (bytes((*reversed(PAPER), 0)), bytes((*reversed(INK), 0))), 16: (b"\xff\xff", b"\x05\x11")}[bits]
    assert len(pixels) == 480 * 800 * bits // 8
    assert pixels.startswith(kinds[0])
    assert kinds[1] in pixels


def test_the_program_needs_nothing_but_pythons_own_library():
    tree = ast.parse((ROOT / "kiosk" / "hardware" / "still_picture.py").read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


@contextmanager
def shipped(tmp_path: Path, display: str, seconds: str = "") -> Iterator["subprocess.Popen[bytes]"]:
    """The unit's own command line, its files where the package puts them."""
    (line,) = [each.removeprefix("ExecStart=") for each in UNIT.splitlines() if each.startswith("ExecStart=")]
    program, isolated, script, folder = shlex.split(line)
    placed = tmp_path / Path(folder).relative_to("/")
    placed.mkdir(parents=True)
    for path in [ROOT / "kiosk" / "hardware" / Path(script).name, *PICTURES.glob("*.png")]:
        shutil.copy(path, placed)
    command = [program, isolated, str(placed / Path(script).name), str(placed), *([seconds] if seconds else [])]
    process = subprocess.Popen(command, env={"DISPLAY": display}, cwd="/")
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def comes(shown: Screen, wanted: bytes) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if shown.picture().tobytes("raw", "BGRX")[: len(wanted)] == wanted:
            return True
        time.sleep(0.2)
    return False


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES[:5], ids=str)
def test_the_shipped_unit_shows_it_on_a_bare_server(tmp_path: Path, size: tuple[int, int]):
    with screen(*size) as shown, shipped(tmp_path, shown.name):
        pixels = in_colour(picture_for(PICTURES, *size), 32)
        assert comes(shown, pixels)


@pytest.mark.slow
def test_it_ends_well_after_its_time_so_that_the_screen_is_tried_once_more(tmp_path: Path):
    with screen(800, 480) as shown, shipped(tmp_path, shown.name, "1") as process:
        assert process.wait(PATIENCE) == 0


@pytest.mark.slow
def test_a_server_that_dies_under_it_ends_it_to_be_started_again(tmp_path: Path):
    with screen(800, 480) as shown, shipped(tmp_path, shown.name) as process:
        assert comes(shown, in_colour(picture_for(PICTURES, 800, 480), 32))
        shown.close()
        shown.end_server()
        assert process.wait(PATIENCE) == 1


@pytest.mark.slow
def test_a_panel_that_was_turned_is_drawn_anew(tmp_path: Path):
    with screen(1024, 1024) as shown, shipped(tmp_path, shown.name) as process:
        assert comes(shown, in_colour(picture_for(PICTURES, 1024, 1024), 32))
        shown.turn(600, 1024)
        assert process.wait(PATIENCE) == 1


@pytest.mark.parametrize(("bits", "spare"), [(32, 0), (16, 64), (32, 128)])
def test_without_a_server_it_is_drawn_on_the_framebuffer(tmp_path: Path, bits: int, spare: int):
    """As the kernel describes it in /sys/class/graphics/fb0; lines may be longer than what is seen of them."""
    width, height = 480, 800
    stride = width * bits // 8 + spare
    for name, value in {"virtual_size": f"{width},{height}", "bits_per_pixel": bits, "stride": stride}.items():
        (tmp_path / name).write_text(f"{value}\n")
    (tmp_path / "fb0").write_bytes(bytes(stride * height))

    assert draw_on_framebuffer(PICTURES, tmp_path / "fb0", tmp_path)

    lines = (tmp_path / "fb0").read_bytes()
    row = width * bits // 8
    seen = b"".join(lines[line * stride : line * stride + row] for line in range(height))
    assert seen == in_colour(picture_for(PICTURES, width, height), bits)


@pytest.mark.slow
def test_what_the_kernel_writes_over_it_is_gone_at_the_next_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    width, height, looks = 480, 800, 0
    for name, value in {"virtual_size": f"{width},{height}", "bits_per_pixel": 32, "stride": width * 4}.items():
        (tmp_path / name).write_text(f"{value}\n")
    device, picture = tmp_path / "fb0", in_colour(picture_for(PICTURES, width, height), 32)
    device.write_bytes(bytes(len(picture)))

    def kernel_line(seconds: float) -> None:
        nonlocal looks
        assert device.read_bytes() == picture
        assert seconds <= LOOK_SECONDS
        device.write_bytes(bytes(width * 4 * 16) + picture[width * 4 * 16 :])
        looks += 1
        passed(0.2)

    passed = time.sleep
    monkeypatch.setattr("kiosk.hardware.still_picture.time.sleep", kernel_line)
    monkeypatch.setenv("DISPLAY", ":4077")
    in_time = main(PICTURES, 1.0, device, tmp_path)

    assert in_time == 0
    assert looks >= 2
    assert device.read_bytes() == picture


def test_where_nothing_can_be_drawn_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert not draw_on_framebuffer(PICTURES, tmp_path / "fb0", tmp_path)
    assert "nothing can be drawn on" in capsys.readouterr().err
