"""The technician's commands about the printer, on a printer that answers and on one that does not."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.box.box import Box
from kiosk.cli.doctor import Check, examine
from kiosk.cli.printing import print_now
from kiosk.flow.state.printing import Trouble
from kiosk.hardware.printer.port import open_port
from kiosk.hardware.printer.typeset import TextBlock
from kiosk.settings import Settings, load
from kiosk.store import box_state
from tests.store.conftest import Clock
from tests.support.escpos_printer import PaperPrinter

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PaperPrinter]:
    printer = PaperPrinter(tmp_path)
    printer.plug_in()
    yield printer
    if printer.port.is_symlink():
        printer.unplug()


@pytest.fixture
def configured(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    def written(**lines: str) -> Settings:
        printer = "".join(f"{name} = {value}\n" for name, value in lines.items())
        (tmp_path / "kiosk.toml").write_text(f'[printer]\nport = "{tmp_path / "printer"}"\n{printer}')
        return load()

    monkeypatch.setenv("KIOSK_CONFIG", str(tmp_path / "kiosk.toml"))
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    return written


def said(settings: Settings) -> Check:
    return next(finding for finding in examine(settings, Clock()) if finding.check == "printer")


def test_the_test_page_comes_out(printer: PaperPrinter, configured, capsys):
    configured()

    assert main(["print-test"]) == 0
    assert "The page is printed" in capsys.readouterr().out
    assert printer.sheets.get(timeout=5).height > 600


def test_what_keeps_the_page_in_is_said_with_what_to_do(printer: PaperPrinter, configured, capsys):
    configured()
    printer.take_paper_out()

    assert main(["print-test"]) == 1
    assert "paper_out; put a new roll in" in capsys.readouterr().out


def test_without_a_printer_the_command_says_what_to_set(box: Box, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))

    assert main(["print-test"]) == 1
    assert "set [printer] port" in capsys.readouterr().out


def test_the_models_are_listed(capsys):
    assert main(["print-test", "--models"]) == 0
    assert "TM-T20II" in capsys.readouterr().out.splitlines()


def test_a_model_that_nobody_knows_is_named(printer: PaperPrinter, configured, capsys):
    configured(profile='"TM-T2000"')

    assert main(["print-test"]) == 1
    assert "'TM-T2000' is no model known" in capsys.readouterr().out


def test_a_printer_that_the_kiosk_holds_is_left_alone(printer: PaperPrinter, configured):
    held = open_port(str(printer.port), 115_200, "none")

    assert "stop lang-nghe-kiosk" in print_now(configured(), (TextBlock("x"),))

    held.close()


def test_the_doctor_finds_a_printer_well(printer: PaperPrinter, configured):
    finding = said(configured())

    assert (finding.state, finding.next_step) == ("ok", "")
    assert finding.finding.endswith("it answers")


@pytest.mark.parametrize(
    ("happens", "finding"),
    [
        (PaperPrinter.take_paper_out, "paper_out"),
        (PaperPrinter.open_cover, "cover_open"),
        (PaperPrinter.unplug, "unplugged"),
    ],
)
def test_the_doctor_names_what_the_printer_lacks(printer: PaperPrinter, configured, happens, finding):
    happens(printer)
    found = said(configured())

    assert found.state == "failed"
    assert finding in found.finding
    assert found.next_step


def test_the_doctor_warns_when_paper_runs_low_or_nobody_can_know(printer: PaperPrinter, configured):
    printer.let_paper_run_low()
    low, unknown = said(configured()), said(configured(asks="false"))

    assert (low.state, low.next_step) == ("warning", "put a new roll in soon")
    assert "missing paper will not be noticed" in unknown.finding


@pytest.mark.parametrize(
    ("kept", "state"), [("present", "ok"), ("paper_low", "ok"), (str(Trouble.PAPER_OUT), "failed")]
)
def test_the_doctor_says_what_the_running_kiosk_knows(printer: PaperPrinter, configured, box: Box, kept, state):
    held = open_port(str(printer.port), 115_200, "none")
    with box.store.write() as tx:
        box_state.put(tx, "printer", kept)

    found = said(configured())

    assert (found.state, f"{kept} (in use by the kiosk)" in found.finding) == (state, True)
    held.close()


def test_a_box_without_printer_and_microphone_is_not_asked_about_them(box: Box, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    checks = {finding.check for finding in examine(load(), Clock())}

    assert not {"printer", "microphone"} & checks


def test_the_doctor_names_a_microphone_that_is_not_there(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "kiosk.toml").write_text('[microphone]\nenabled = true\ndevice = "no-such-device"\n')
    monkeypatch.setenv("KIOSK_CONFIG", str(tmp_path / "kiosk.toml"))
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))

    finding = next(finding for finding in examine(load(), Clock()) if finding.check == "microphone")

    assert finding.state == "failed"
    assert "no-such-device" in finding.finding


def test_a_model_that_is_no_printer_is_named_with_the_remedy(printer: PaperPrinter, configured, capsys):
    settings = configured(profile='"AF-240"')

    assert main(["print-test"]) == 1
    assert "'AF-240' prints no images; choose another, or leave it empty" in capsys.readouterr().out
    assert "prints no images" in said(settings).finding


def test_the_test_page_comes_out_of_the_model_that_was_reported(printer: PaperPrinter, configured, capsys):
    case = tomllib.loads((CASES / "15-printer.toml").read_text(encoding="utf-8"))
    configured(profile=f'"{case["printer"]["profile"]}"')

    assert main(["print-test"]) == 0
    assert printer.sheets.get(timeout=5).height > 600
