"""``district key`` and ``district device roll`` as they are typed, on a real folder."""

import io
import stat
from pathlib import Path

import pytest

from sync.district.__main__ import main


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DISTRICT_CONFIG", "DISTRICT_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISTRICT_DATA", str(tmp_path / "district"))
    assert main(["init"]) == 0
    return tmp_path / "district"


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    capsys.readouterr()
    main(list(arguments))
    return capsys.readouterr().out.splitlines()


def test_a_new_key_is_announced_and_the_old_one_stays(data: Path, capsys: pytest.CaptureFixture[str]):
    (before,) = lines(capsys, "key", "list")

    assert main(["key", "roll"]) == main(["key", "roll"]) == 0

    first, second, third = lines(capsys, "key", "list")
    assert before.split()[:2] == first.split()[:2]
    assert [line.split()[0] for line in (first, second, third)] == ["1", "2", "3"]
    assert "former, opens old entries: keep it" in second
    assert third.endswith("newest")
    assert len(list(data.glob("sealing*.key"))) == 3


def test_printed_sheets_bring_every_key_back(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    main(["key", "roll"])
    keys = {path.name: path.read_bytes() for path in data.glob("*.key")}
    assert main(["key", "backup", str(tmp_path / "sheets")]) == 0
    sheets = sorted((tmp_path / "sheets").iterdir())
    for name in keys:
        (data / name).unlink()

    assert main(["key", "restore", str(sheets[0]), str(sheets[2])]) == 0

    assert {path.name: path.read_bytes() for path in data.glob("*.key")} == keys
    assert [stat.S_IMODE(path.stat().st_mode) for path in (*sheets, *data.glob("*.key"))] == [0o600] * 6
    assert "MISSING" not in "".join(lines(capsys, "key", "list"))


def test_the_words_may_be_typed(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    main(["key", "backup", str(tmp_path / "sheets")])
    before = (data / "sealing.key").read_bytes()
    (data / "sealing.key").unlink()
    typed = "\n\n".join((tmp_path / "sheets" / f"sheet-{n}.txt").read_text().partition("\n\n")[2] for n in (2, 3))
    monkeypatch.setattr("sys.stdin", io.StringIO(typed.upper()))

    assert main(["key", "restore"]) == 0
    assert (data / "sealing.key").read_bytes() == before


def test_one_sheet_is_told_to_be_too_few(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    main(["key", "backup", str(tmp_path / "sheets")])

    assert main(["key", "restore", str(tmp_path / "sheets/sheet-1.txt")]) == 1
    assert "the keys were not restored" in capsys.readouterr().err


def test_a_lost_private_key_is_named_by_the_list(data: Path, capsys: pytest.CaptureFixture[str]):
    main(["key", "roll"])
    next(data.glob("sealing-*.key")).unlink()

    assert main(["key", "list"]) == 1
    assert "MISSING here: run 'district key restore'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("key", "backup", "/nonexistent/x/y", "--needed", "1"), "--needed from 2"),
        (("key", "restore", "/nonexistent/sheet"), "cannot be read"),
        (("device", "roll", "nobody"), "district device list"),
    ],
)
def test_a_mistake_is_one_sentence(
    data: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
):
    assert main(list(arguments)) == 1

    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
