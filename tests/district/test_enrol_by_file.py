"""A card that was prepared at a desk enrols its kiosk by itself, once, and the doctor says what waits."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.__main__ import main
from kiosk.box.enrolment_file import BadEnrolmentFile, found_file, read_file
from kiosk.box.opening import open_or_mend
from kiosk.cli import doctor
from kiosk.cli.checks import records
from kiosk.clock import read_clock
from kiosk.store.engine import Store
from sync.agent.enrol_by_file import TRY_SECONDS, EnrolByFile
from sync.district.fleet.enrolment import draw_code, issue_code
from sync.protocol.enrolment_file import NAME, written
from tests.district.conftest import COUNTER, UNIT, Client, District


def card(folder: Path, district: District, client: Client) -> Path:
    """A boot partition with a file of this district."""
    code = draw_code()
    issue_code(district.engine, code, UNIT, COUNTER, timedelta(hours=1), district.clock())
    folder.mkdir()
    (folder / NAME).write_text(written(client.base, code), encoding="utf-8")
    return folder


def test_a_prepared_card_enrols_its_kiosk_once_and_says_why_it_does_not(
    district: District, client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    configured = settings.load(environment={"KIOSK_DATA": str(tmp_path / "data")})
    boot, seconds = card(tmp_path / "boot", district, client), [0.0]
    good = (boot / NAME).read_bytes()
    (boot / NAME).write_bytes(b"url = ")
    by_file = EnrolByFile(configured, lambda: seconds[0], (tmp_path / "nothing", boot))

    bad = by_file.tick()
    (boot / NAME).write_bytes(good)
    too_soon = by_file.tick()
    seconds[0] += TRY_SECONDS
    enrolled = by_file.tick()
    box = open_or_mend(Store(configured.data), configured.keys, read_clock)
    other = EnrolByFile(settings.load(environment={"KIOSK_DATA": str(tmp_path / "other")}), lambda: 0.0, (boot,))

    assert (bad, too_soon, enrolled, other.tick()) == (False, False, True, False)
    assert box is not None
    assert (box.identity.unit_id, box.identity.counter_id) == (UNIT, COUNTER)
    box.store.close()
    assert "needs two lines" in caplog.text


@pytest.mark.parametrize(
    "content",
    [b"", b"url = 1\ncode = 2\n", b'url = "https://x"\n', b"\xff\xfe", b'code = ""\nurl = ""\n', b"#" * 5_000],
)
def test_what_is_no_such_file_is_named_with_what_to_write(tmp_path: Path, content: bytes):
    (tmp_path / NAME).write_bytes(content)

    with pytest.raises(BadEnrolmentFile, match="needs two lines"):
        read_file(tmp_path / NAME)
    assert found_file((tmp_path,)) == tmp_path / NAME


def test_a_boot_partition_that_may_not_be_looked_at_has_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refused(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refused)

    assert found_file((tmp_path,)) is None


def test_a_file_that_was_saved_on_windows_is_read(tmp_path: Path):
    (tmp_path / NAME).write_bytes(
        b"\xef\xbb\xbf" + written("https://d.example", "AB-CD").replace("\n", "\r\n").encode()
    )

    assert (read_file(tmp_path / NAME).url, read_file(tmp_path / NAME).code) == ("https://d.example", "AB-CD")


@pytest.mark.parametrize(
    ("content", "state", "says"),
    [("", "failed", "needs two lines"), (written("https://d.example", "A"), "warning", "is tried every minute")],
)
def test_the_doctor_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, state: str, says: str
):
    (tmp_path / NAME).write_text(content, encoding="utf-8")
    monkeypatch.setattr(records, "found_file", lambda: tmp_path / NAME)
    configured = settings.load(environment={"KIOSK_DATA": str(tmp_path / "data")})

    found = next(each for each in doctor.examine(configured, read_clock) if each.check == "enrolment")

    assert (found.state, says in found.finding, bool(found.next_step)) == (state, True, True)


def test_the_command_takes_a_file_or_an_address_and_a_code_never_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "data"))
    (tmp_path / NAME).write_text(written("http://not-private.example", "A"), encoding="utf-8")

    assert main(["enrol"]) == main(["enrol", "https://d.example"]) == 2
    assert main(["enrol", "https://d.example", "CODE", "--file", str(tmp_path / NAME)]) == 2
    assert main(["enrol", "--file", str(tmp_path / NAME)]) == 1
    assert "https" in capsys.readouterr().out
