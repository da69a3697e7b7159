"""``kiosk doctor``: check the kiosk, one line for each check, and say what to do, in the reader's language."""

import json
import os
from collections.abc import Callable, Mapping

from msgspec.structs import asdict

from kiosk import texts
from kiosk.cli.checks import languages, network, peripherals, queue, records, screen, system, update
from kiosk.cli.checks.check import Check, CheckResult, rendered
from kiosk.clock import Moment, read_clock
from kiosk.hardware.panel import connected_width_mm
from kiosk.paths import shared
from kiosk.settings import Settings
from kiosk.store.engine import Store
from kiosk.store.identity import Identity
from sync.protocol.health import Level

LANGUAGES = ("vi", "en")


def doctor(settings: Settings, *, as_json: bool, language: str = "") -> int:
    """Exit 0 when nothing failed (warnings do not fail), else 1."""
    strings = load_strings(language or language_of(os.environ))
    checks = [rendered(found, strings) for found in look(settings, read_clock)]
    if as_json:
        print(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            step = f" → {check.next_step}" if check.next_step else ""
            print(f"{strings[f'state.{check.state}']:8}{check.check:14}{check.finding}{step}")
    return 1 if any(check.state == Level.FAILED for check in checks) else 0


def language_of(environment: Mapping[str, str]) -> str:
    """The language of the machine's locale, if there are texts in it, else English."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return locale[:2] if locale[:2] in LANGUAGES else "en"


def load_strings(language: str) -> texts.Strings:
    return texts.load(shared("assets") / "texts" / "doctor", [language])[language]


def examine(settings: Settings, clock: Callable[[], Moment], language: str = "en") -> list[Check]:
    """Every check, in the order in which a technician would mend them."""
    strings = load_strings(language)
    return [rendered(found, strings) for found in look(settings, clock)]


def look(settings: Settings, clock: Callable[[], Moment]) -> list[CheckResult]:
    """The same as text keys and values."""
    store, now = Store(settings.data), clock()
    who, opened = system.database(settings, store)
    display = settings.display
    measured = connected_width_mm(portrait=display.height_px > display.width_px)
    found = [system.settings_used(settings), system.versions(), system.disk(settings), opened]
    if who:
        found += [records.chain(store, who, settings)]
    found += [*screen.screen(settings, now), screen.touch()]
    found += [system.panel_size(settings, measured), letters := system.fonts()]
    found += languages.languages(settings) if letters.level is Level.OK else []  # packs are judged by their letters
    found += system.sounds(settings)
    found += [peripherals.scanner(settings), peripherals.scanner_side(settings), *peripherals.buttons(settings)]
    found += [*peripherals.switches(settings), *peripherals.headset(settings), *peripherals.playing(settings)]
    found += [*peripherals.printer(settings, store), *peripherals.microphone(settings)]
    found += queue.queue(settings, now)
    readable = opened.level is not Level.FAILED
    found += [records.enrolment(who, settings, store, readable=readable), network.district(who, settings, store)]
    impossible = system.clock_is_possible(now)
    if who:
        found += _recorded(store, who, settings, now, impossible)
    elif impossible:
        found += [impossible]
    found += records.shelf(settings) if readable else []
    found += update.update(settings)
    store.close()
    return found


def _recorded(
    store: Store, who: Identity, settings: Settings, now: Moment, impossible: CheckResult | None
) -> list[CheckResult]:
    fresh = records.is_fresh(who, now)
    return [
        *records.card(store, fresh=fresh),
        impossible or records.clock(store, now, fresh=fresh),
        *network.next_district(store),
        records.backlog(store, settings, now),
        records.contact(store, now, fresh=fresh),
        records.reference(store, now, fresh=fresh),
        *records.holidays(store, now),
        records.words(store, who, fresh=fresh),
        records.counted(store, who),
    ]
