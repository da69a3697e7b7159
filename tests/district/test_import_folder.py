"""``district import all FOLDER``: every list of a folder in its order, and nothing in silence."""

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.district.cli import import_file as command
from sync.district.cli.context import Context, Stop
from sync.district.reference.folder import lists_in
from sync.district.settings import Settings
from tests.district.conftest import NOON

SAMPLES = Path(__file__).parents[2] / "config" / "samples"


@pytest.fixture
def import_all(engine, database_url: str, tmp_path: Path) -> Callable[..., int]:
    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        arguments = parser.parse_args(["import", "all", *words])
        return arguments.run(arguments, Context(Settings(data=tmp_path, database_url=database_url), lambda: NOON))

    return run


def test_the_shipped_samples_are_imported_with_one_command_and_again_without_change(import_all, capsys):
    assert import_all(str(SAMPLES), "--by", "Tâm") == 0
    first = capsys.readouterr().out
    assert import_all(str(SAMPLES), "--by", "Tâm") == 0
    second = capsys.readouterr().out

    assert first.index("units.csv") < first.index("counters.csv") < first.index("dossiers.csv")
    assert "Đã nhập xong 8 tệp." in first
    assert "3 dòng mới" in first
    assert "0 dòng mới, 0 dòng cập nhật, 3 dòng không đổi" in second


def test_a_refused_list_stops_what_needs_it_and_says_what_is_left(import_all, tmp_path: Path, capsys):
    folder = tmp_path / "lists"
    folder.mkdir()
    shutil.copy(SAMPLES / "units.csv", folder)
    shutil.copy(SAMPLES / "officers.csv", folder)
    (folder / "counters.csv").write_text("Mã quầy,Mã đơn vị,Tên quầy\nQ1,H99.99,Quầy 1\n", "utf-8")

    assert import_all(str(folder)) == 1

    said = capsys.readouterr().out
    assert "Dừng ở tệp counters.csv" in said
    assert "chưa nhập: officers.csv" in said


def test_a_file_whose_name_says_nothing_is_named_and_an_empty_folder_is_an_error(import_all, tmp_path: Path, capsys):
    (tmp_path / "don vi.csv").write_text("x", "utf-8")

    assert import_all(str(tmp_path)) == 1
    assert import_all(str(tmp_path / "nowhere")) == 1

    said = capsys.readouterr().out
    assert "Không nhập tệp don vi.csv" in said
    assert "Không mở được thư mục" in said


@pytest.mark.parametrize("option", [("--full",), ("--from", "2026-12-01"), ("--sheet", "A")])
def test_what_belongs_to_one_list_does_not_go_with_a_folder(import_all, option: tuple[str, ...]):
    with pytest.raises(Stop, match="import all FOLDER"):
        import_all(str(SAMPLES), *option)


def test_names_may_say_more_than_the_kind(tmp_path: Path):
    for name in ("Opening-Hours.xlsx", "holidays-2026.toml", "units.csv", "README.md", "holidays-2027.toml", "x.csv"):
        (tmp_path / name).touch()
    (tmp_path / "portraits").mkdir()

    found = lists_in(tmp_path)

    assert [(kind, path.name) for kind, path in found.lists] == [
        ("units", "units.csv"),
        ("opening_hours", "Opening-Hours.xlsx"),
        ("holidays", "holidays-2026.toml"),
        ("holidays", "holidays-2027.toml"),
        ("portraits", "portraits"),
    ]
    assert [path.name for path in found.unknown] == ["x.csv"]
