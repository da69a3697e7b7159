"""``kiosk head``: print the ledger's position at the end of a day, as a line of text and as a QR code."""

import sys
import threading
from datetime import date
from pathlib import Path

import qrcode

from kiosk.box import keys
from kiosk.box.district_clock import corrected
from kiosk.clock import read_clock
from kiosk.flow.state.printing import Trouble
from kiosk.hardware.printer.printer import Printer
from kiosk.hardware.printer.typeset import QrBlock, TextBlock
from kiosk.settings import Settings
from kiosk.store import identity, ledger
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Store
from kiosk.store.migrations import migrate
from sync.protocol.day_head import DayHead

PRINT_SECONDS = 60.0


def head(settings: Settings, day: date | None, picture: Path | None, *, on_paper: bool) -> int:
    """Exit 1 when there is no such day in the ledger, or it cannot be shown as asked."""
    try:
        signed = _signed(settings, day)
    except (CannotOpen, CannotRead, CannotWrite, keys.NoKeys) as error:
        print(f"kiosk: the ledger cannot be read: {error}")
        return 1
    if isinstance(signed, str):
        print(f"kiosk: {signed}")
        return 1
    print(signed.text())
    if picture is not None:
        return _draw(signed, picture)
    if on_paper:
        return _print(settings, signed)
    if sys.stdout.isatty():
        code = qrcode.QRCode(border=2)
        code.add_data(signed.text())
        code.print_ascii(invert=True)
    return 0


def _signed(settings: Settings, day: date | None) -> DayHead | str:
    store = Store(settings.data)
    if not store.file.exists():
        return f"there is no ledger in {settings.data}; set KIOSK_DATA, or enrol this box"
    migrate(store)
    with store.read() as tx:
        who, day = identity.load(tx), day or corrected(tx, read_clock()).day
        last = ledger.last_of_day(tx, who.device_id, day.isoformat()) if who else None
    store.close()
    if last is None:
        return f"the ledger holds no entry of {day.isoformat()}"
    return DayHead.sign(day.isoformat(), last, keys.load(settings.keys).device)


def _draw(signed: DayHead, picture: Path) -> int:
    try:
        with picture.open("wb") as file:
            qrcode.make(signed.text()).save(file)
    except (OSError, ValueError) as error:
        print(f"kiosk: {picture} cannot be written: {error}; name a .png file")
        return 1
    return 0


def _print(settings: Settings, signed: DayHead) -> int:
    if not settings.printer.port:
        print("kiosk: no printer is configured; set [printer] port, or use --qr FILE.png")
        return 1
    done, troubles = threading.Event(), list[Trouble]()
    printer = Printer(
        settings.printer,
        printed=lambda _job: done.set(),
        failed=lambda _job, trouble: troubles.append(trouble),
        changed=lambda _trouble, _low: None,
    )
    printer.start()
    place = f"{signed.head.device_id}  {signed.day}  {signed.head.epoch}/{signed.head.seq}"
    printer.print([QrBlock(signed.text()), TextBlock(place, centred=True)])
    printed = done.wait(PRINT_SECONDS)
    printer.stop()
    if not printed:
        reason = troubles[-1] if troubles else "no answer"
        print(f"kiosk: the printer did not print: {reason}; is it in use by the kiosk? Then use --qr FILE.png")
    return 0 if printed else 1
