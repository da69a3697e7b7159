"""Enrol the kiosk: exchange the district's one-time code for an identity in a unit."""

from datetime import UTC, datetime

from kiosk import __version__
from kiosk.box import keys
from kiosk.box.facts import box_fact, seal_fact
from kiosk.clock import read_clock
from kiosk.domain.entry import EntryType
from kiosk.settings import Settings
from kiosk.store import complaints, identity, ledger
from kiosk.store.complaints import BoxNumber
from kiosk.store.engine import Store
from kiosk.store.identity import Identity
from kiosk.store.migrations import migrate
from sync.agent.addresses import is_private
from sync.agent.transport import Transport
from sync.protocol.enrolment import Enrolment


class NotPrivate(Exception):
    """The address would send the box's token in clear. The message says what to write."""


class AlreadyEnrolled(Exception):
    """The box belongs to another device identity, and its ledger with it."""


def enrol(settings: Settings, district_url: str, code: str) -> Identity:
    """Redeems ``code`` at ``district_url``; the box's first entry is written. May be repeated when an answer was lost.

    Raises ``NotPrivate``, ``AlreadyEnrolled``, or what ``Transport`` and ``Store`` raise.
    """
    _insist_on_https(district_url)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store(settings.data)
    migrate(store)
    with store.read() as tx:
        known = identity.load(tx)
    device_key = keys.make(settings.keys)
    enrolment = Enrolment("".join(code.split()).upper(), bytes(device_key.verify_key), __version__)
    welcome = Transport(district_url, ca_file=settings.ca_file).enrol(enrolment)
    if known and known.device_id != welcome.device_id:
        raise AlreadyEnrolled(
            f"this box is {known.device_id} and its ledger belongs to it; "
            "to begin a new one and still deliver the old: kiosk shelve, then enrol with a new code"
        )
    keys.write_secret(settings.keys / keys.TOKEN, welcome.token.encode())
    who = Identity(
        device_id=welcome.device_id,
        unit_id=welcome.unit_id,
        counter_id=welcome.counter_id,
        district_url=district_url.rstrip("/"),
        sealing_public_key=welcome.sealing_public_key,
        receipt_public_key=welcome.receipt_public_key,
        enrolled_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )
    with store.write() as tx:
        identity.keep(tx, who)
        if welcome.box_number is not None:
            number = BoxNumber(welcome.box_number, salt=welcome.receipt_salt or b"")
            complaints.keep_box_number(tx, who.device_id, number)
        fact = box_fact(EntryType.CONFIG_APPLIED, read_clock(), enrolled=True)
        ledger.append(tx, who.device_id, [seal_fact(fact, who.sealing_public_key)], device_key)
    store.close()
    return who


def _insist_on_https(address: str) -> None:
    if not is_private(address):
        raise NotPrivate(f"{address} is not private: write https://… (http only to a district on this machine)")
