"""``kiosk status``: print the kiosk's state for people, or as JSON (``--json``). Uses no network."""

import json
from datetime import UTC, datetime
from typing import Any

from kiosk import __version__
from kiosk.box.agent_lock import is_running
from kiosk.box.district_clock import corrected
from kiosk.box.sign_of_life import read_sign, screen_runs, state_of
from kiosk.cli.sync_status import days_waiting, sentence
from kiosk.clock import read_clock
from kiosk.settings import Settings
from kiosk.store import box_state, complaints, identity, ledger, outbox, reference
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Store
from kiosk.store.migrations import migrate


def status(settings: Settings, *, as_json: bool) -> int:
    try:
        values = gather(settings)
    except (CannotOpen, CannotRead, CannotWrite, OSError) as error:
        print(f"kiosk: the box's file cannot be read: {error}; run: kiosk doctor")
        return 1
    if as_json:
        print(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        for name, value in values.items():
            print(f"{name:22}{_plain(name, value, settings)}")
    return 0


def _plain(name: str, value: Any, settings: Settings) -> Any:
    """One value for a person's eyes."""
    if name == "sync":
        return sentence(value, running=is_running(settings.data), now=datetime.now(UTC))
    if name in ("set_aside", "not_counted"):
        return ", ".join(f"{n} ({reason})" for reason, n in value.items()) or 0
    return "-" if value is None else value


def gather(settings: Settings) -> dict[str, Any]:
    """Plain JSON values; ``None`` for what is not known."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    store, sign = Store(settings.data), read_sign(settings.runtime)
    state = state_of(sign, read_clock(), runs=screen_runs(settings.runtime))
    migrate(store)
    with store.read() as tx:
        who = identity.load(tx)
        backlog = outbox.backlog(tx)
        head, now = ledger.newest(tx, who.device_id) if who else None, corrected(tx, read_clock())
        values = {
            "software": __version__,
            "device_id": who.device_id if who else None,
            "unit_id": who.unit_id if who else None,
            "counter_id": who.counter_id if who else None,
            "district_url": who.district_url if who else None,
            "epoch": head.epoch if head else None,
            "entries": ledger.count(tx),
            "pending": backlog.pending,
            "oldest_pending_day": backlog.oldest_day,
            "oldest_pending_days": days_waiting(backlog, now.district_time),
            "delivered": backlog.delivered,
            "set_aside": outbox.reasons(tx),
            "not_counted": complaints.set_aside_at_district(tx, who.device_id) if who else {},
            "sync": box_state.get(tx, "sync"),
            "sync_running": is_running(settings.data),
            "last_contact_at": box_state.get(tx, "last_contact_at"),
            "last_delivery_at": box_state.get(tx, "last_delivery_at"),
            "clock_offset_ms": now.offset_ms,
            "scanner": box_state.get(tx, "scanner"),
            "screen": str(state) if state else None,
            "screen_restarts": sign.restarts if sign and state else None,
            "card": box_state.get(tx, "card"),
            "set_aside_files": [path.name for path in store.set_aside_files()],
            "printer": box_state.get(tx, "printer"),
            "snapshot": box_state.get(tx, "snapshot_applied"),
            "reference_rows": reference.counts(tx),
        }
    store.close()
    return values
