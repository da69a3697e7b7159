"""The printer for technicians: ``kiosk print-test``, printing one paper from a command, and the printer's status."""

import errno
import queue

from kiosk import __version__
from kiosk.desk.printouts import test_page
from kiosk.flow.state.printing import Trouble
from kiosk.hardware.printer import escpos
from kiosk.hardware.printer.port import open_port
from kiosk.hardware.printer.printer import Printer
from kiosk.hardware.printer.session import Halted, Pace, PrinterSession
from kiosk.hardware.printer.typeset import Paper
from kiosk.languages.packs import load_packs
from kiosk.settings import Settings

PAPER_SECONDS = 60.0
ASKING_SECONDS = 3.0

ANSWERS, PAPER_LOW = "it answers", "paper is low"
SILENT = "it does not say how it is, so missing paper will not be noticed"

NEXT_STEP = {
    Trouble.PAPER_OUT: "put a new roll in, the printed side towards the head, and close the cover",
    Trouble.COVER_OPEN: "close the cover until it clicks",
    Trouble.UNPLUGGED: "plug it in and look for it: ls -l /dev/lang-nghe /dev/serial/by-id /dev/usb",
    Trouble.NO_ANSWER: "switch it on; compare [printer] baud with the printer's own self-test",
    Trouble.FAULT: "look at its lamp, let it cool down, free the cutter; then switch it off and on",
    Trouble.STUCK: "switch it off and on; compare [printer] baud and flow with the printer's own self-test",
}


class InUse(Exception):
    """The running kiosk holds the printer's port."""


def print_test(settings: Settings, *, list_models: bool) -> int:
    """Exit 0 when the page is printed, as far as the printer can tell; else 1."""
    if list_models:
        print("\n".join(escpos.profiles()))
        return 0
    if refused := unusable(settings):
        print(f"kiosk: {refused}")
        return 1
    paper_mm = settings.printer.paper_mm
    packs = load_packs(settings.languages, settings.default_language, settings.language_packs)
    words = packs.strings()[packs.office]
    trouble = print_now(
        settings, test_page(words, paper_mm, escpos.dots(settings.printer.profile, paper_mm), __version__)
    )
    print(
        f"kiosk: {trouble}" if trouble else "The page is printed. Both ends of the line, every mark and the code count."
    )
    return 1 if trouble else 0


def unusable(settings: Settings) -> str:
    """What is wrong with the settings of the printer; empty when nothing is."""
    if not settings.printer.port:
        return "no printer is configured; set [printer] port"
    if escpos.is_no_printer(settings.printer.profile):
        return f"[printer] profile {settings.printer.profile!r} prints no images; choose another, or leave it empty"
    if settings.printer.profile and settings.printer.profile not in escpos.profiles():
        return f"[printer] profile {settings.printer.profile!r} is no model known; see kiosk print-test --models"
    return ""


def print_now(settings: Settings, paper: Paper, seconds: float = PAPER_SECONDS) -> str:
    """Prints one paper and waits for it. What is wrong and what to do; empty when it is printed."""
    try:
        look(settings)
    except InUse:
        return "the running kiosk holds the printer; first: systemctl stop lang-nghe-kiosk"
    outcome: queue.Queue[Trouble | None] = queue.Queue()
    printer = Printer(
        settings.printer,
        printed=lambda _: outcome.put(None),
        failed=lambda _, trouble: outcome.put(trouble),
        changed=lambda *_: None,
    )
    printer.start()
    printer.print(paper)
    try:
        trouble = outcome.get(timeout=seconds)
    except queue.Empty:
        trouble = Trouble.STUCK
    finally:
        printer.stop()
    return f"{trouble}; {NEXT_STEP[trouble]}" if trouble else ""


def look(settings: Settings) -> tuple[Trouble | None, str]:
    """How the printer is now, and a remark about it. Raises ``InUse``."""
    try:
        port = open_port(settings.printer.port, settings.printer.baud, settings.printer.flow)
    except OSError as error:
        if error.errno in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in str(error):
            raise InUse from error
        return Trouble.UNPLUGGED, str(error)
    talk = PrinterSession(port, asks=settings.printer.asks, pace=Pace(patience=ASKING_SECONDS))
    try:
        trouble = talk.check()
    except Halted as halted:
        trouble = halted.trouble
    except OSError as error:
        return Trouble.UNPLUGGED, str(error)
    finally:
        talk.close()
    if not talk.condition.answers:
        return trouble, SILENT
    return trouble, PAPER_LOW if talk.condition.paper_low else ANSWERS
