"""Check the kiosk's records: ledger, keys, pending entries, reference data."""

from datetime import UTC, datetime
from typing import Any

from kiosk.box import keys
from kiosk.box.agent_lock import is_running
from kiosk.box.district_clock import corrected, offset_ms
from kiosk.box.enrolment_file import BadEnrolmentFile, found_file, read_file
from kiosk.box.shelf import shelved, waiting
from kiosk.cli.checks.check import FIRST_MINUTES, CheckResult, failed, local_time, ok, warning
from kiosk.cli.sync_status import days_waiting
from kiosk.clock import Moment
from kiosk.desk.complaints import days_to_answer, due_after
from kiosk.settings import Settings
from kiosk.store import box_state, complaints, outbox
from kiosk.store.engine import CannotRead, CannotWrite, Store
from kiosk.store.identity import Identity
from kiosk.store.verify import verify
from sync.agent.batches import kept_facts
from sync.protocol.health import Level, judged_health

OLD_DAYS = 7
"""A kiosk with a network hears from its district every few minutes; one served by stick at least every week."""


def chain(store: Store, who: Identity, settings: Settings) -> CheckResult:
    try:
        public_key = bytes(keys.load(settings.keys).device.verify_key)
        with store.read() as tx:
            verdict = verify(tx, who.device_id, public_key, who.receipt_public_key)
    except keys.NoKeys as error:
        return failed("chain", "no_keys", error=error)
    except CannotRead as error:
        return failed("chain", "unreadable", error=error)
    return failed("chain", "flaw", flaw=verdict.flaw) if verdict.flaw else ok("chain", "holds", held=verdict.held)


def enrolment(who: Identity | None, settings: Settings, store: Store, *, readable: bool) -> CheckResult:
    if who is None and not readable:
        return warning("enrolment", "unknown")
    if who is None:
        return _not_enrolled()
    try:
        keys.load(settings.keys)
    except keys.NoKeys as error:
        return failed(
            "enrolment", "open_keys" if "chmod" in str(error) else "no_keys", error=error, folder=settings.keys
        )
    with store.read() as tx:
        retired = box_state.get(tx, box_state.RETIRED, False)
    if retired:
        return warning("enrolment", "retired", device=who.device_id, unit=who.unit_id)
    word = "counter" if who.counter_id else "hall"
    return ok("enrolment", word, device=who.device_id, unit=who.unit_id, counter=who.counter_id or "")


def _not_enrolled() -> CheckResult:
    """A file on the boot partition enrols the kiosk as soon as its district answers."""
    path = found_file()
    if path is None:
        return failed("enrolment", "none")
    try:
        return warning("enrolment", "file", file=path, host=read_file(path).url)
    except BadEnrolmentFile as error:
        return failed("enrolment", "bad_file", error=error)


def shelf(settings: Settings) -> list[CheckResult]:
    """Former ledgers of this machine: only one with something that waits is worth more than a line."""
    return [_on_shelf(folder) for folder in shelved(settings.data)]


def _on_shelf(folder: Any) -> CheckResult:
    try:
        device, left = waiting(folder)
        keys.load(folder / "keys")
    except (CannotRead, CannotWrite, OSError) as error:
        return warning("shelf", "unreadable", folder=folder, error=error)
    except keys.NoKeys:
        return warning("shelf", "no_keys", folder=folder, device=device, n=left)
    return warning("shelf", "waits", device=device, n=left) if left else ok("shelf", "delivered", device=device)


def card(store: Store, *, fresh: bool) -> list[CheckResult]:
    with store.read() as tx:
        kept = kept_facts(tx)
    fact = judged_health(kept).get("card")
    if fact is None:
        return []
    card: dict[str, Any] = kept.get("card") or {}
    values = {
        "tests": card.get("tests", 0),
        "errors": card.get("errors", 0),
        "forgot": card.get("forgot", 0),
        "slow": card.get("fsync_p99_ms") or 0,
        "worn": card.get("wear_percent") if card.get("wear_percent") is not None else "?",
        "error": card.get("last_error") or "-",
    }
    level = Level.OK if fact.word == "untested" and fresh else fact.level
    word = "fine_worn" if fact.word == "fine" and card.get("wear_percent") is not None else fact.word
    return [CheckResult("card", level, word, values)]


def clock(store: Store, now: Moment, *, fresh: bool) -> CheckResult:
    with store.read() as tx:
        offset = offset_ms(tx, now)
    local = local_time(now.at)
    if offset is None:
        return ok("clock", "soon", now=local) if fresh else warning("clock", "never", now=local)
    judged = judged_health({"clock_offset_ms": offset})["clock_offset_ms"]
    word = "right" if judged.level is Level.OK else "off"
    return CheckResult("clock", judged.level, word, {"now": local, "seconds": abs(offset) // 1000})


def backlog(store: Store, settings: Settings, now: Moment) -> CheckResult:
    with store.read() as tx:
        left, reasons, at = outbox.backlog(tx), outbox.reasons(tx), corrected(tx, now).district_time
        sync = box_state.get(tx, "sync") or {}
    if not left.pending:
        if left.set_aside:
            return warning("backlog", "aside", n=left.set_aside, reasons=", ".join(sorted(reasons)))
        return ok("backlog", "none", delivered=left.delivered)
    days = days_waiting(left, at) or 0
    values = {"n": left.pending, "since": _day(left.oldest_day), "days": days, "reason": sync.get("reason") or "?"}
    if not is_running(settings.data):
        word = "stopped_after" if sync.get("reason") else "stopped"
        return CheckResult("backlog", Level.FAILED if days else Level.WARNING, word, values)
    if sync.get("state") == "refused":
        return failed("backlog", "refused", **values)
    if sync.get("state") == "waiting":
        return warning("backlog", "waits", next=_next_try(sync), **values)
    level = Level.WARNING if days else Level.OK
    if sync.get("state") == "turn":
        return CheckResult("backlog", level, "turn", {**values, "next": _next_try(sync)})
    return CheckResult("backlog", level, "on_its_way", values)


def _day(text: str | None) -> str:
    return f"{datetime.fromisoformat(text):%d/%m/%Y}" if text else "?"


def _next_try(sync: dict[str, Any]) -> str:
    try:
        return local_time(str(sync.get("next_try_at")))
    except ValueError:
        return "?"


def contact(store: Store, now: Moment, *, fresh: bool) -> CheckResult:
    with store.read() as tx:
        last, at = box_state.get(tx, "last_contact_at"), corrected(tx, now).district_time
    if not last:
        return ok("contact", "soon") if fresh else warning("contact", "never")
    days = max(0, (at - datetime.fromisoformat(str(last))).days)
    values = {"at": local_time(str(last)), "days": days}
    return warning("contact", "old", **values) if days >= OLD_DAYS else ok("contact", "recent", **values)


def reference(store: Store, now: Moment, *, fresh: bool) -> CheckResult:
    with store.read() as tx:
        applied, at = box_state.get(tx, "snapshot_applied"), corrected(tx, now).district_time
    if applied is None:
        return ok("reference", "soon") if fresh else warning("reference", "none")
    days = max(0, (at - datetime.fromisoformat(applied["generated_at"])).days)
    values = {"at": local_time(applied["generated_at"]), "days": days}
    return warning("reference", "old", **values) if days >= OLD_DAYS else ok("reference", "recent", **values)


def holidays(store: Store, now: Moment) -> list[CheckResult]:
    """Whether every year is listed into which the date runs that a citizen is told today; nothing without reference
    data, of which another line tells."""
    with store.read() as tx:
        if box_state.get(tx, "snapshot_applied") is None:
            return []
        today = corrected(tx, now).day
        try:
            due = due_after(tx, today, days_to_answer(today) or 0)
        except ValueError as error:
            return [warning("holidays", "broken", error=error)]
    years = ", ".join(map(str, due.unlisted or range(today.year, due.day.year + 1)))
    return [warning("holidays", "missing", years=years) if due.unlisted else ok("holidays", "listed", years=years)]


def words(store: Store, who: Identity, *, fresh: bool) -> CheckResult:
    with store.read() as tx:
        number = complaints.box_number(tx, who.device_id)
    if number is None:
        return ok("complaints", "soon") if fresh else warning("complaints", "no_number")
    if not number.public_url:
        return warning("complaints", "no_page", number=number.number)
    return ok("complaints", "offered", number=number.number, url=number.public_url)


def counted(store: Store, who: Identity) -> CheckResult:
    with store.read() as tx:
        reasons = complaints.set_aside_at_district(tx, who.device_id)
    if not reasons:
        return ok("counted", "all")
    why = "; ".join(f"{n} × {reason}" for reason, n in reasons.items())
    return warning("counted", "not_all", n=sum(reasons.values()), reasons=why)


def is_fresh(who: Identity, now: Moment) -> bool:
    """Whether the kiosk was enrolled within the last minutes, so that nothing can be late yet."""
    try:
        since = now.at - datetime.fromisoformat(who.enrolled_at).astimezone(UTC)
    except ValueError:
        return False
    return abs(since) < FIRST_MINUTES
