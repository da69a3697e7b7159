"""``kiosk doctor``: is this box well, and if not, what to do next. One line a question."""

import json
import shutil
import sqlite3
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import asdict

from kiosk.box import keys
from kiosk.box.agent_lock import is_running
from kiosk.box.district_clock import corrected, offset_ms
from kiosk.cli.sync_status import days_waiting, sentence, waits
from kiosk.clock import Moment, read_clock
from kiosk.flow.state.printing import Trouble
from kiosk.hardware.serial_line import can_open
from kiosk.settings import Settings
from kiosk.store import box_state, complaints, identity, outbox
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Store
from kiosk.store.identity import Identity
from kiosk.store.migrations import migrate
from kiosk.store.verify import verify
from sync.agent.batches import kept_facts
from sync.agent.policy import Misunderstood, Refused, Unreachable
from sync.agent.transport import Transport
from sync.protocol.batch import VERSION
from sync.protocol.health import Level, judged_health

FREE_BYTES = 200 * 1024 * 1024
EXAMINED = ("scanner", "printer", "clock_offset_ms", "software")
"""Facts of the kiosk's health that the doctor looks into itself, or that are no question of its."""


class Check(Struct, frozen=True):
    """``state``: ok | warning | failed. ``next_step`` says what to do, and is empty when all is well."""

    check: str
    state: str
    finding: str
    next_step: str = ""


def doctor(settings: Settings, *, as_json: bool) -> int:
    """Exit 0 when nothing failed (warnings do not fail), else 1."""
    findings = examine(settings, read_clock)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            step = f" → {finding.next_step}" if finding.next_step else ""
            print(f"{finding.state:8}{finding.check:12}{finding.finding}{step}")
    return 1 if any(finding.state == "failed" for finding in findings) else 0


def examine(settings: Settings, clock: Callable[[], Moment]) -> list[Check]:
    """Every check, in the order in which a technician would mend them."""
    store = Store(settings.data)
    who, opened = _open(store, settings)
    findings = [_settings(settings), _disk(settings), opened]
    if who:
        findings += [_chain(store, who, settings)]
    findings += [_scanner(settings), *_buttons(settings), *_printer(settings, store), *_microphone(settings)]
    findings += [_enrolment(who, settings), _district(who, settings)]
    if who:
        findings += [*_kept(store), _clock(store, clock()), _backlog(store, settings), _reference(store)]
        findings += [_words(store, who), _counted(store, who)]
    store.close()
    return findings


def _settings(settings: Settings) -> Check:
    return Check("settings", "ok", f"{settings.source}; data in {settings.data}")


def _disk(settings: Settings) -> Check:
    folder = settings.data if settings.data.is_dir() else settings.data.parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check("disk", "failed", f"{folder}: {error.strerror}", "check that the disk is there and mounted")
    text = f"{free // 1024**2:,} MB free in {folder}"
    if free < FREE_BYTES:
        return Check("disk", "failed", text, f"make room: the box needs {FREE_BYTES // 1024**2} MB")
    return Check("disk", "ok", text)


def _open(store: Store, settings: Settings) -> tuple[Identity | None, Check]:
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        migrate(store)
        with store.read() as tx:
            who = identity.load(tx)
        if aside := store.set_aside_files():
            text = f"{store.file} opens; set aside before it: {', '.join(path.name for path in aside)}"
            step = "copy these for the office in charge, then delete them; replace the disk when it happens again"
            return who, Check("database", "warning", text, step)
        return who, Check("database", "ok", f"{store.file} opens and can be written")
    except (CannotOpen, CannotRead, CannotWrite, OSError, sqlite3.Error) as error:
        step = "check the disk, its mount options and its owner; then restore or replace the file"
        return None, Check("database", "failed", f"{store.file}: {error}", step)


def _chain(store: Store, who: Identity, settings: Settings) -> Check:
    try:
        public_key = bytes(keys.load(settings.keys).device.verify_key)
        with store.read() as tx:
            verdict = verify(tx, who.device_id, public_key, who.receipt_public_key)
    except (CannotRead, keys.NoKeys) as error:
        return Check("chain", "failed", str(error), "restore the keys from the installation's backup, or enrol again")
    if verdict.flaw:
        return Check("chain", "failed", verdict.flaw, "keep the file as evidence and tell the office in charge")
    return Check("chain", "ok", f"{verdict.held} entries hold")


def _scanner(settings: Settings) -> Check:
    if not settings.scanner_port:
        return Check(
            "scanner", "warning", "no serial scanner is configured", "set [scanner] port, or use the keypad only"
        )
    trouble = can_open(settings.scanner_port, settings.scanner_baud)
    if trouble and "exclusively lock" not in trouble:
        return Check("scanner", "failed", f"{settings.scanner_port}: {trouble}", "plug it in; ls /dev/serial/by-id")
    return Check("scanner", "ok", f"{settings.scanner_port}" + (" (in use by the kiosk)" if trouble else ""))


def _buttons(settings: Settings) -> list[Check]:
    if not settings.buttons_port:
        return []
    trouble = can_open(settings.buttons_port, settings.buttons_baud)
    if trouble and "exclusively lock" not in trouble:
        return [Check("buttons", "failed", f"{settings.buttons_port}: {trouble}", "plug it in; ls /dev/serial/by-id")]
    return [Check("buttons", "ok", settings.buttons_port + (" (in use by the kiosk)" if trouble else ""))]


def _printer(settings: Settings, store: Store) -> list[Check]:
    if not settings.printer.port:
        return []
    from kiosk.cli import printing

    if unusable := printing.unusable(settings):
        return [Check("printer", "failed", unusable, "correct [printer] in the settings")]
    try:
        trouble, remark = printing.look(settings)
    except printing.InUse:
        return [_printer_in_use(settings, store)]
    if trouble:
        finding = f"{settings.printer.port}: {trouble} ({remark})"
        return [Check("printer", "failed", finding, printing.NEXT_STEP[trouble])]
    finding = f"{settings.printer.port}: {remark}"
    if remark == printing.ANSWERS:
        return [Check("printer", "ok", finding)]
    step = "put a new roll in soon" if remark == printing.PAPER_LOW else "try: kiosk print-test"
    return [Check("printer", "warning", finding, step)]


def _printer_in_use(settings: Settings, store: Store) -> Check:
    """What the running kiosk has kept about the printer that it holds."""
    from kiosk.cli import printing

    try:
        with store.read() as tx:
            state = str(box_state.get(tx, "printer", "not known before enrolment"))
    except CannotRead as error:
        return Check("printer", "warning", f"in use by the kiosk; how it is cannot be read: {error}", "mend the disk")
    finding = f"{settings.printer.port}: {state} (in use by the kiosk)"
    if state in printing.NEXT_STEP:
        return Check("printer", "failed", finding, printing.NEXT_STEP[Trouble(state)])
    return Check("printer", "ok", finding)


def _microphone(settings: Settings) -> list[Check]:
    if not settings.microphone.enabled:
        return []
    from kiosk.hardware.sound.microphone import cannot_record

    trouble = cannot_record(settings.microphone.device)
    if trouble:
        step = "plug it in; arecord -L names the devices; apt install alsa-utils opus-tools"
        return [Check("microphone", "failed", f"{settings.microphone.device}: {trouble}", step)]
    return [Check("microphone", "ok", f"{settings.microphone.device} records")]


def _enrolment(who: Identity | None, settings: Settings) -> Check:
    if who is None:
        return Check(
            "enrolment", "failed", "this box is not enrolled", "kiosk enrol URL CODE (the district gives the code)"
        )
    try:
        keys.load(settings.keys)
    except keys.NoKeys as error:
        return Check("enrolment", "failed", str(error), "enrol again with a new code")
    place = f", counter {who.counter_id}" if who.counter_id else ""
    return Check("enrolment", "ok", f"{who.device_id} at unit {who.unit_id}{place}")


def _district(who: Identity | None, settings: Settings) -> Check:
    if who is None:
        return Check("district", "warning", "no address before enrolment", "enrol first")
    try:
        speaks = Transport(who.district_url, ca_file=settings.ca_file).greet().get("v")
    except (Unreachable, Refused, Misunderstood) as error:
        step = "check the network cable, Wi-Fi and firewall; ratings are kept meanwhile"
        return Check("district", "failed", f"{who.district_url}: {error}", step)
    if refusal := _refusal(settings):
        step = "ratings are kept meanwhile; ask the district (district device list), it may want this box enrolled anew"
        return Check("district", "failed", f"{who.district_url}: {refusal}", step)
    if speaks != VERSION:
        return Check("district", "failed", f"it speaks wire version {speaks}, this box {VERSION}", "update this box")
    return Check("district", "ok", f"{who.district_url} answers")


def _refusal(settings: Settings) -> str:
    """Why the district would not have this box when the agent last asked; empty when it did."""
    store = Store(settings.data)
    try:
        with store.read() as tx:
            sync = box_state.get(tx, "sync") or {}
    except CannotRead:
        return ""
    finally:
        store.close()
    return str(sync.get("reason", "")) if sync.get("state") == "refused" else ""


def _kept(store: Store) -> list[Check]:
    """What the kiosk keeps about its devices and tells the district, but for what is examined here and now."""
    with store.read() as tx:
        judged = judged_health(kept_facts(tx))
    return [
        Check(name, str(fact.level), fact.finding, fact.next_step)
        for name, fact in judged.items()
        if name not in EXAMINED
    ]


def _clock(store: Store, now: Moment) -> Check:
    with store.read() as tx:
        offset = offset_ms(tx, now)
    local = now.at.isoformat(timespec="seconds")
    if offset is None:
        return Check("clock", "warning", f"{local}, never compared with the district", "wait for the first contact")
    judged = judged_health({"clock_offset_ms": offset})["clock_offset_ms"]
    text = f"{local}, {judged.finding}" if judged.level is Level.OK else judged.finding
    return Check("clock", str(judged.level), text, judged.next_step)


def _backlog(store: Store, settings: Settings) -> Check:
    with store.read() as tx:
        backlog, reasons, now = outbox.backlog(tx), outbox.reasons(tx), corrected(tx, read_clock())
        sync = box_state.get(tx, "sync", {})
    aside = f", {backlog.set_aside} set aside ({', '.join(sorted(reasons))})" if backlog.set_aside else ""
    if not backlog.pending:
        state = "warning" if backlog.set_aside else "ok"
        step = "send this line to the office in charge" if backlog.set_aside else ""
        return Check("backlog", state, f"nothing waits, {backlog.delivered} delivered{aside}", step)
    running = is_running(settings.data)
    oldest, sending = waits(backlog, now.district_time), sentence(sync, running=running, now=now.at)
    text = f"{backlog.pending} wait, the oldest {oldest}{aside}; {sending}"
    if not running:
        state = "failed" if days_waiting(backlog, now.district_time) else "warning"
        return Check("backlog", state, text, "start kiosk-sync: systemctl start lang-nghe-sync; see its journal")
    trouble = sync.get("state") in ("waiting", "refused")
    return Check("backlog", "warning", text, "mend that reason" if trouble else "wait, it is on its way")


def _reference(store: Store) -> Check:
    with store.read() as tx:
        applied = box_state.get(tx, "snapshot_applied")
    if applied is None:
        return Check("reference", "warning", "no reference data yet", "wait for the first contact, or: kiosk-sync once")
    return Check("reference", "ok", f"as of {applied['generated_at']}")


def _words(store: Store, who: Identity) -> Check:
    with store.read() as tx:
        number = complaints.box_number(tx, who.device_id)
    if number is None:
        step = "wait for the next snapshot, or: kiosk-sync once; an old district gives none: update it"
        return Check("complaints", "warning", "not offered: the district gave this box no number yet", step)
    if not number.public_url:
        step = "set the address of the public page at the district"
        return Check("complaints", "warning", f"offered as box {number.number}, QR codes open no page", step)
    return Check("complaints", "ok", f"offered as box {number.number}, QR codes open {number.public_url}")


def _counted(store: Store, who: Identity) -> Check:
    with store.read() as tx:
        reasons = complaints.set_aside_at_district(tx, who.device_id)
    if not reasons:
        return Check("counted", "ok", "the district says of no entry that it cannot count it")
    text = f"{sum(reasons.values())} entries arrived and are not counted: " + "; ".join(
        f"{n} × {reason}" for reason, n in reasons.items()
    )
    return Check("counted", "warning", text, "send this line to the district: district quarantine list")
