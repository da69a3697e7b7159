"""A receipt printer on a real line (a pty) in everything that can happen to it while somebody waits for their paper."""

import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image, ImageChops

from kiosk.flow.state.printing import Trouble
from kiosk.hardware.printer import escpos
from kiosk.hardware.printer.printer import Printer
from kiosk.hardware.printer.session import Pace
from kiosk.hardware.printer.typeset import DigitGroups, Paper, QrBlock, TextBlock, typeset
from kiosk.settings import PrinterOptions
from tests.support.escpos_printer import LINE_FEED_ROWS, PaperPrinter

PATIENCE = 20
PAPER: Paper = (
    TextBlock("Giấy biên nhận", 34, "Bold"),
    DigitGroups("1000 0123 4567 8942"),
    QrBlock("https://example.vn/r/1"),
)
USUAL = {"baud": 115_200, "flow": "none", "paper_mm": 80, "profile": "", "asks": True}
FEED = 6 * LINE_FEED_ROWS
#: As in service, but that nobody has to wait between two looks at a printer that has nothing to say.
QUICK = Pace(answer=0.5, look=0.02, glance=0.05, retry=0.02)


class Desk:
    """Puts a printer beside a kiosk, and hears what the kiosk would hear."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.heard: queue.Queue[tuple[Any, ...]] = queue.Queue()
        self.changes: queue.Queue[tuple[Trouble | None, bool]] = queue.Queue()
        self.printer: Printer | None = None

    def start(self, paper_printer: PaperPrinter, **options: Any) -> Printer:
        limits = {"keep": options.pop("keep")} if "keep" in options else {}
        pace = options.pop("pace", QUICK)
        pace = replace(pace, patience=options.pop("patience", pace.patience))
        self.printer = Printer(
            PrinterOptions(port=str(paper_printer.port), **{**USUAL, **options}),
            printed=lambda job: self.heard.put(("printed", job)),
            failed=lambda job, trouble: self.heard.put(("failed", job, trouble)),
            changed=lambda trouble, low: self.changes.put((trouble, low)),
            pace=pace,
            **limits,
        )
        self.printer.start()
        return self.printer

    def next(self) -> tuple[Any, ...]:
        return self.heard.get(timeout=PATIENCE)

    def change(self) -> tuple[Trouble | None, bool]:
        return self.changes.get(timeout=PATIENCE)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    if desk.printer:
        desk.printer.stop()


@pytest.fixture
def plugged(tmp_path: Path) -> Iterator[Callable[..., PaperPrinter]]:
    made: list[PaperPrinter] = []

    def plug_in(**traits: Any) -> PaperPrinter:
        made.append(PaperPrinter(tmp_path, **traits))
        made[-1].plug_in()
        return made[-1]

    yield plug_in
    for printer in made:
        if printer.port.is_symlink():
            printer.unplug()


def sheet(printer: PaperPrinter) -> Image.Image:
    return printer.sheets.get(timeout=PATIENCE)


def is_whole(image: Image.Image, width: int = 576) -> bool:
    expected = typeset(PAPER, width)
    above = image.crop((0, 0, width, expected.height))
    return image.height == expected.height + FEED and ImageChops.difference(above, expected).getbbox() is None


def test_what_is_asked_for_comes_out_dot_for_dot(desk, plugged):
    paper_printer = plugged()
    job = desk.start(paper_printer).print(PAPER)

    assert desk.next() == ("printed", job)
    assert is_whole(sheet(paper_printer))
    assert (desk.change(), paper_printer.unknown) == ((None, False), [])


def test_narrow_paper_is_set_narrowly(desk, plugged):
    paper_printer = plugged(width=384)
    desk.start(paper_printer, paper_mm=58).print(PAPER)

    assert is_whole(sheet(paper_printer), 384)


def test_a_model_with_fewer_dots_gets_no_more(desk, plugged):
    paper_printer = plugged(width=512)
    desk.start(paper_printer, profile="TM-T88V").print(PAPER)

    assert is_whole(sheet(paper_printer), 512)


@pytest.mark.parametrize(("orders", "reports"), [(True, True), (False, False)])
def test_without_paper_it_waits_and_prints_whole_when_paper_is_put_in(desk, plugged, orders, reports):
    paper_printer = plugged(orders=orders, reports=reports)
    paper_printer.take_paper_out()
    printer = desk.start(paper_printer)
    assert desk.change() == (Trouble.PAPER_OUT, False)

    job = printer.print(PAPER)
    assert desk.next() == ("failed", job, Trouble.PAPER_OUT)
    paper_printer.put_paper_in()

    assert desk.next() == ("printed", job)
    assert is_whole(sheet(paper_printer))
    assert desk.change() == (None, False)


@pytest.mark.parametrize(
    ("orders", "reports", "rows"),
    [
        (True, True, 1),
        (True, True, 100),
        (True, True, 300),
        (True, False, 100),
        (False, True, 100),
        (False, False, 100),
    ],
)
def test_when_paper_runs_out_in_the_middle_the_receipt_comes_again_whole(desk, plugged, orders, reports, rows):
    paper_printer = plugged(orders=orders, reports=reports)
    paper_printer.leave_paper_for(rows)
    job = desk.start(paper_printer).print(PAPER)

    assert desk.next() == ("failed", job, Trouble.PAPER_OUT)
    paper_printer.put_paper_in()

    assert desk.next() == ("printed", job)
    assert not is_whole(sheet(paper_printer))
    assert is_whole(sheet(paper_printer))
    assert paper_printer.sheets.empty()


def test_a_printer_that_takes_no_more_bytes_without_paper_still_says_why(desk, plugged):
    paper_printer = plugged(buffer=512, sip=256)
    paper_printer.leave_paper_for(40)
    job = desk.start(paper_printer).print(PAPER)

    assert desk.next() == ("failed", job, Trouble.PAPER_OUT)
    assert paper_printer.held_up.wait(PATIENCE)
    paper_printer.put_paper_in()

    assert desk.next() == ("printed", job)
    assert not is_whole(sheet(paper_printer))
    assert is_whole(sheet(paper_printer))


def test_a_printer_that_takes_no_more_bytes_and_says_nothing_is_stuck(desk, plugged):
    paper_printer = plugged(answers=False, orders=False, reports=False, buffer=512, sip=256)
    paper_printer.leave_paper_for(10)
    job = desk.start(paper_printer, patience=0.3).print(PAPER)

    assert desk.next() == ("failed", job, Trouble.STUCK)
    assert (desk.change(), desk.change()) == ((None, False), (Trouble.STUCK, False))
    paper_printer.put_paper_in()

    assert desk.next() == ("printed", job)


def test_an_open_cover_is_noticed_before_and_the_paper_printed_when_it_is_closed(desk, plugged):
    paper_printer = plugged()
    paper_printer.open_cover()
    job = desk.start(paper_printer).print(PAPER)

    assert desk.next() == ("failed", job, Trouble.COVER_OPEN)
    paper_printer.close_cover()

    assert desk.next() == ("printed", job)
    assert is_whole(sheet(paper_printer))


def test_unplugged_in_the_middle_the_receipt_is_printed_whole_afterwards(desk, plugged):
    paper_printer = plugged(buffer=512, sip=256)
    paper_printer.leave_paper_for(60)
    job = desk.start(paper_printer).print(PAPER)
    assert desk.next() == ("failed", job, Trouble.PAPER_OUT)

    paper_printer.unplug()
    assert desk.next() == ("failed", job, Trouble.UNPLUGGED)
    paper_printer.put_paper_in()
    paper_printer.plug_in()

    assert desk.next() == ("printed", job)
    assert sheet(paper_printer).height < typeset(PAPER, 576).height
    assert is_whole(sheet(paper_printer))


def test_a_printer_that_is_not_there_is_said_at_once_and_waited_for(desk, tmp_path):
    paper_printer = PaperPrinter(tmp_path)
    job = desk.start(paper_printer).print(PAPER)
    assert desk.next() == ("failed", job, Trouble.UNPLUGGED)

    paper_printer.plug_in()

    assert desk.next() == ("printed", job)
    paper_printer.unplug()


def test_switched_off_after_it_has_answered_it_is_missed(desk, plugged):
    paper_printer = plugged()
    printer = desk.start(paper_printer)
    assert desk.change() == (None, False)

    paper_printer.switch_off()
    job = printer.print(PAPER)

    assert desk.next() == ("failed", job, Trouble.NO_ANSWER)


def test_a_slow_printer_is_waited_for_as_long_as_it_goes_on(desk, plugged):
    paper_printer = plugged(sip=48)
    job = desk.start(paper_printer, patience=1.0).print(PAPER)

    assert desk.next() == ("printed", job)
    assert is_whole(sheet(paper_printer))


@pytest.mark.parametrize(
    "traits",
    [
        {"answers": False, "orders": False, "reports": False},
        {"noise": b"\xff\x91\x80\xff", "orders": False, "reports": False},
    ],
    ids=["says nothing", "says garbage"],
)
def test_a_printer_that_cannot_be_understood_prints_anyway(desk, plugged, traits):
    paper_printer = plugged(**traits)
    job = desk.start(paper_printer, patience=0.3).print(PAPER)

    assert desk.next() == ("printed", job)
    assert is_whole(sheet(paper_printer))


def test_a_printer_that_must_not_be_asked_gets_no_question(desk, plugged):
    paper_printer = plugged(noise=b"\x72")
    paper_printer.take_paper_out()
    job = desk.start(paper_printer, asks=False).print(PAPER)

    assert desk.next() == ("printed", job)


def test_what_nobody_wants_any_more_does_not_come_out_for_the_next(desk, plugged):
    paper_printer = plugged()
    paper_printer.take_paper_out()
    printer = desk.start(paper_printer)
    left_behind = printer.print(PAPER)
    assert desk.next() == ("failed", left_behind, Trouble.PAPER_OUT)

    printer.drop()
    paper_printer.put_paper_in()
    assert (desk.change(), desk.change()) == ((Trouble.PAPER_OUT, False), (None, False))
    job = printer.print((TextBlock("Trang in thử"),))

    assert desk.next() == ("printed", job)
    assert sheet(paper_printer).height < typeset(PAPER, 576).height
    assert paper_printer.sheets.empty()


def test_half_a_receipt_that_was_dropped_is_cut_off_before_the_next(desk, plugged):
    paper_printer = plugged()
    paper_printer.leave_paper_for(100)
    printer = desk.start(paper_printer)
    left_behind = printer.print(PAPER)
    assert desk.next() == ("failed", left_behind, Trouble.PAPER_OUT)

    printer.drop()
    paper_printer.put_paper_in()
    half = sheet(paper_printer)

    assert not is_whole(half)
    job = printer.print(PAPER)
    assert desk.next() == ("printed", job)
    assert is_whole(sheet(paper_printer))


def test_a_receipt_that_is_coming_out_is_not_held_back_from_who_is_leaving(desk, plugged):
    paper_printer = plugged(sip=48)
    printer = desk.start(paper_printer, pace=Pace())  # somebody leaves in the middle of it
    job = printer.print(PAPER)
    assert paper_printer.begun.wait(PATIENCE)

    printer.drop()

    assert desk.next() == ("printed", job)
    assert is_whole(sheet(paper_printer))


def test_but_it_is_not_tried_again_when_they_have_gone(desk, plugged):
    paper_printer = plugged(sip=48)
    paper_printer.leave_paper_for(200)
    printer = desk.start(paper_printer, pace=Pace())  # somebody leaves in the middle of it
    left_behind = printer.print(PAPER)
    assert paper_printer.begun.wait(PATIENCE)

    printer.drop()
    assert (desk.change(), desk.change()) == ((None, False), (Trouble.PAPER_OUT, False))
    paper_printer.put_paper_in()

    assert not is_whole(sheet(paper_printer))
    job = printer.print(PAPER)
    assert (desk.next(), job) == (("printed", job), left_behind + 1)
    assert is_whole(sheet(paper_printer))
    assert paper_printer.sheets.empty()


def test_a_receipt_that_could_not_be_printed_for_too_long_is_forgotten(desk, plugged):
    paper_printer = plugged()
    paper_printer.take_paper_out()
    printer = desk.start(paper_printer, keep=0.0)
    printer.print(PAPER)
    assert desk.change() == (Trouble.PAPER_OUT, False)

    paper_printer.put_paper_in()
    assert desk.change() == (None, False)

    assert paper_printer.sheets.empty()


def test_paper_that_runs_low_is_said_and_nothing_is_held_up(desk, plugged):
    paper_printer = plugged()
    printer = desk.start(paper_printer)
    assert desk.change() == (None, False)

    paper_printer.let_paper_run_low()
    assert desk.change() == (None, True)

    job = printer.print(PAPER)
    assert desk.next() == ("printed", job)


def test_a_paper_that_cannot_be_drawn_does_not_stop_the_next(desk, plugged):
    printer = desk.start(plugged())
    wrong, right = printer.print((QrBlock("x" * 10_000),)), printer.print(PAPER)

    assert [desk.next(), desk.next()] == [("failed", wrong, Trouble.FAULT), ("printed", right)]


def test_python_escpos_leaves_no_folder_behind():
    escpos.profiles()
    from escpos import capabilities

    assert not Path(capabilities.pickle_dir).exists()
