"""``kiosk carry export FOLDER`` and ``kiosk carry receive PATH``: the kiosk's side of a USB stick."""

from collections.abc import Callable
from pathlib import Path

from kiosk import __version__
from kiosk.box import keys
from kiosk.box.box import Box, open_box
from kiosk.box.shelf import open_shelved, shelved, waiting
from kiosk.clock import read_clock
from kiosk.settings import Settings
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Store
from kiosk.store.migrations import migrate
from sync.agent.stick import export, receive
from sync.protocol.stick_files import StickTrouble


def carry_export(settings: Settings, folder: Path) -> int:
    """Exit 0 when everything that waits is on the stick."""
    return _with_box(settings, lambda box: _export(box, folder))


def carry_receive(settings: Settings, path: Path) -> int:
    """Exit 0 when at least one answer was for this box and nothing was wrong."""
    return _with_box(settings, lambda box: _receive(box, path))


def _export(box: Box, folder: Path) -> int:
    done = export(box, folder, read_clock, __version__)
    there = f", {done.there} were there already" if done.there else ""
    what = f"{done.entries} entries" if done.entries else "nothing waits; a request for reference data"
    print(f"{box.identity.device_id}: {what} on {folder}: {done.written} files written{there}")
    print(f"Next: at the district, district carry import {folder}; back here, kiosk carry receive {folder}")
    return 0


def _receive(box: Box, path: Path) -> int:
    done = receive(box, path, read_clock)
    data = "reference data applied" if done.applied else "no new reference data"
    print(f"{box.identity.device_id}: {done.answers} answers, {done.delivered} entries delivered, {data}")
    for note in done.notes:
        print(f"  {note}")
    for trouble in done.troubles:
        print(f"! {trouble}")
    if not done.answers and not done.troubles:
        others = f", only {done.of_others} of other boxes" if done.of_others else ""
        print(f"! there is no answer for this box on {path}{others}; first, at the district: district carry import")
    return 0 if done.answers and not done.troubles else 1


def _on_the_shelf(settings: Settings) -> list[Box | None]:
    return [open_shelved(folder) for folder in shelved(settings.data) if waiting(folder)[1]]


def _with_box(settings: Settings, work: Callable[[Box], int]) -> int:
    """Does the work for this kiosk, and for each former ledger on its shelf in which something waits."""
    store = Store(settings.data)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        migrate(store)
        boxes = [open_box(store, lambda: keys.load(settings.keys)), *_on_the_shelf(settings)]
        done = [work(box) for box in boxes if box is not None]
        if not done:
            print("kiosk: this box is not enrolled, so nothing can be carried; run: kiosk enrol URL CODE")
        return max(done, default=1)
    except (StickTrouble, CannotOpen, CannotRead, CannotWrite, keys.NoKeys, OSError) as error:
        print(f"kiosk: {error}")
        return 1
    finally:
        store.close()
