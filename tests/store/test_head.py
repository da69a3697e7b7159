"""``kiosk head``: the signed line of a day, and the QR code that a telephone reads."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.box.box import Box
from kiosk.clock import Moment
from sync.protocol.day_head import DayHead
from tests.store.conftest import Clock
from tests.store.test_ledger import append


@pytest.fixture
def kiosk(box: Box, monkeypatch: pytest.MonkeyPatch) -> Box:
    def now() -> Moment:
        return Clock()()

    append(box, 3)
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    monkeypatch.setattr("kiosk.cli.head.read_clock", now)
    return box


def test_the_qr_picture_reads_back_as_the_line(kiosk: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    program, picture = shutil.which("zbarimg"), tmp_path / "head.png"
    assert program, "install zbar-tools (.ci/setup test)"

    assert main(["head", "--qr", str(picture)]) == 0

    line = capsys.readouterr().out.strip()
    read = subprocess.run([program, "--quiet", "--raw", picture], capture_output=True, text=True, check=True)
    assert read.stdout.strip() == line
    head = DayHead.parse(line)
    assert (head.day, head.head.seq) == ("2026-11-21", 3)
    assert head.is_signed_by(bytes(kiosk.keys.device.verify_key))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--date", "2026-11-20"), "no entry of 2026-11-20"),
        (("--print",), "no printer"),
        (("--qr", "/nonexistent/head.png"), "cannot be written"),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_sentence(
    kiosk: Box, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
):
    assert main(["head", *arguments]) == 1
    assert said in capsys.readouterr().out


def test_a_day_is_a_day():
    with pytest.raises(SystemExit):
        main(["head", "--date", "yesterday"])
