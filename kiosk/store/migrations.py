"""The database schema as an ordered list of small steps, each in one transaction with its record.

A step never changes once released and imports none of our tables: it is what a file of that release looked like.

From ``0017`` on a step only adds: a table, an index that forbids nothing, a column that may be empty or has a default.
So the release before goes on with the same file when an update is taken back, and nothing recorded meanwhile has to be
carried over. A step that cannot be so is named in ``BREAKING``: older releases then refuse the file, and no update that
brings it is taken by itself.
"""

from collections.abc import Callable, Collection
from typing import TypeAlias

from sqlalchemy import Connection, text

from kiosk.store.engine import CannotOpen, Store

_FIRST = """
CREATE TABLE ledger (epoch INTEGER NOT NULL, seq INTEGER NOT NULL, entry_id VARCHAR(36) NOT NULL,
  type VARCHAR(32) NOT NULL, day VARCHAR(10) NOT NULL, key_id VARCHAR(8) NOT NULL, sealed BLOB NOT NULL,
  hash BLOB NOT NULL, PRIMARY KEY (epoch, seq));
CREATE UNIQUE INDEX ix_ledger_entry_id_epoch ON ledger (entry_id, epoch);
CREATE TRIGGER ledger_is_append_only_update BEFORE UPDATE ON ledger
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only') ; END;
CREATE TABLE outbox (epoch INTEGER NOT NULL, seq INTEGER NOT NULL, state VARCHAR(16) NOT NULL,
  reason TEXT DEFAULT '' NOT NULL, PRIMARY KEY (epoch, seq),
  CONSTRAINT ck_outbox_state CHECK (state IN ('pending', 'delivered', 'set_aside', 'reissued')));
CREATE INDEX ix_outbox_state_epoch_seq ON outbox (state, epoch, seq);
CREATE TABLE heads (epoch INTEGER NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL,
  signature BLOB NOT NULL);
CREATE TABLE receipts (epoch INTEGER NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL,
  received_at VARCHAR(40) NOT NULL, signature BLOB NOT NULL);
CREATE TABLE identity (device_id VARCHAR(64) NOT NULL PRIMARY KEY, unit_id VARCHAR(64) NOT NULL, counter_id VARCHAR(64),
  district_url TEXT NOT NULL, sealing_public_key BLOB NOT NULL, receipt_public_key BLOB NOT NULL,
  enrolled_at VARCHAR(40) NOT NULL);
CREATE TABLE tallies (source VARCHAR(8) NOT NULL, day DATE NOT NULL, counter_id VARCHAR(64) NOT NULL,
  question_id VARCHAR(64) NOT NULL, answer VARCHAR(64) NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (source, day, counter_id, question_id, answer));
CREATE TABLE box_state (name VARCHAR(64) NOT NULL PRIMARY KEY, value JSON NOT NULL);
CREATE TABLE units (unit_id VARCHAR(64) NOT NULL PRIMARY KEY, name TEXT NOT NULL, level VARCHAR(32) NOT NULL,
  parent_id VARCHAR(64), valid_from DATE, valid_to DATE);
CREATE TABLE counters (counter_id VARCHAR(64) NOT NULL PRIMARY KEY, unit_id VARCHAR(64) NOT NULL, name TEXT NOT NULL,
  field TEXT NOT NULL, valid_from DATE, valid_to DATE);
CREATE TABLE officers (officer_number VARCHAR(64) NOT NULL PRIMARY KEY, unit_id VARCHAR(64) NOT NULL,
  post TEXT NOT NULL, counter_id VARCHAR(64), valid_from DATE, valid_to DATE);
CREATE TABLE procedures (procedure_id VARCHAR(64) NOT NULL PRIMARY KEY, name TEXT NOT NULL, field TEXT NOT NULL,
  valid_from DATE, valid_to DATE);
CREATE TABLE dossiers (lookup BLOB NOT NULL PRIMARY KEY, procedure_id VARCHAR(64), counter_id VARCHAR(64),
  officer_number VARCHAR(64), received_on DATE, due_on DATE, returned_on DATE);
CREATE TABLE questionnaires (questionnaire_id VARCHAR(64) NOT NULL, version INTEGER NOT NULL, content JSON NOT NULL,
  PRIMARY KEY (questionnaire_id, version));
CREATE TABLE counter_pins (counter_id VARCHAR(64) NOT NULL PRIMARY KEY, pin_hash TEXT NOT NULL);
"""

_NOTICES_AND_HOURS = """
CREATE TABLE notices (notice_id VARCHAR(64) NOT NULL PRIMARY KEY, unit_id VARCHAR(64) NOT NULL,
  kind VARCHAR(32) NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, translations JSON NOT NULL, link TEXT NOT NULL,
  position INTEGER NOT NULL, valid_from DATE, valid_to DATE);
CREATE TABLE opening_hours (hours_id VARCHAR(64) NOT NULL PRIMARY KEY, unit_id VARCHAR(64) NOT NULL,
  weekdays VARCHAR(7) NOT NULL, morning VARCHAR(16) NOT NULL, afternoon VARCHAR(16) NOT NULL,
  valid_from DATE, valid_to DATE);
CREATE TABLE holidays (year INTEGER NOT NULL PRIMARY KEY, content JSON NOT NULL);
DELETE FROM box_state WHERE name = 'snapshot_cursor';
"""

_COMPLAINTS = """
CREATE TABLE receptions (unit_id VARCHAR(64) NOT NULL PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL,
  phone TEXT NOT NULL, hours TEXT NOT NULL);
CREATE TABLE wordings (wording_id VARCHAR(64) NOT NULL PRIMARY KEY, kind VARCHAR(32) NOT NULL, content JSON NOT NULL,
  valid_from DATE, valid_to DATE);
CREATE TABLE complaint_answers (lookup_id VARCHAR(32) NOT NULL PRIMARY KEY, closed TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE this_box (device_id VARCHAR(64) NOT NULL PRIMARY KEY, box_number INTEGER NOT NULL,
  public_url TEXT NOT NULL);
CREATE TABLE given_receipts (lookup_id VARCHAR(32) NOT NULL PRIMARY KEY) WITHOUT ROWID;
DELETE FROM box_state WHERE name = 'snapshot_cursor';
"""

_KEYS_AND_PRUNING = """
ALTER TABLE identity ADD COLUMN sealing_number INTEGER DEFAULT '1' NOT NULL;
CREATE TABLE former_keys (public_key BLOB NOT NULL PRIMARY KEY, next_key BLOB NOT NULL, token_hash BLOB NOT NULL,
  signature BLOB NOT NULL);
CREATE TABLE pruned (epoch INTEGER NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL);
"""

_PORTRAITS = """
CREATE TABLE portraits (officer_number VARCHAR(64) NOT NULL PRIMARY KEY, picture BLOB NOT NULL);
DELETE FROM box_state WHERE name = 'snapshot_cursor';
"""


_SET_ASIDE_THERE = """
ALTER TABLE this_box ADD COLUMN set_aside JSON DEFAULT '{}' NOT NULL;
DELETE FROM box_state WHERE name = 'snapshot_cursor';
"""

_RECEIPT_SALT = """
ALTER TABLE this_box ADD COLUMN receipt_salt TEXT DEFAULT '' NOT NULL;
DELETE FROM box_state WHERE name = 'snapshot_cursor';
"""

_ENTRY_VERSION = """
ALTER TABLE this_box ADD COLUMN entry_version INTEGER DEFAULT 1 NOT NULL;
DELETE FROM box_state WHERE name = 'snapshot_cursor';
"""

_QUESTION_DAYS = """
ALTER TABLE this_box ADD COLUMN question_days INTEGER DEFAULT 0 NOT NULL;
DELETE FROM box_state WHERE name = 'snapshot_cursor';
"""

_STAFF = """
CREATE TABLE officer_pins (officer_number VARCHAR(64) NOT NULL PRIMARY KEY, staff_id VARCHAR(64) NOT NULL,
  pin_hash TEXT NOT NULL);
CREATE TABLE counter_periods (counter_id VARCHAR(64) NOT NULL, period VARCHAR(32) NOT NULL, first_day DATE NOT NULL,
  last_day DATE NOT NULL, content JSON NOT NULL, PRIMARY KEY (counter_id, period));
ALTER TABLE dossiers ADD COLUMN closed_code BLOB;
DELETE FROM box_state WHERE name IN ('snapshot_cursor', 'staff_pin');
"""

_ROSTERS = """
CREATE TABLE rosters (unit_id VARCHAR(64) NOT NULL PRIMARY KEY, first_day DATE NOT NULL, last_day DATE NOT NULL,
  content JSON NOT NULL);
DELETE FROM box_state WHERE name = 'snapshot_cursor';
"""

_APOLOGIES = """
ALTER TABLE dossiers ADD COLUMN apologised_on DATE;
DELETE FROM box_state WHERE name = 'snapshot_cursor';
"""


_COUNTER_NOTES = """
CREATE TABLE counter_notes (counter_id VARCHAR(64) NOT NULL PRIMARY KEY, content JSON NOT NULL,
  signature TEXT NOT NULL);
DELETE FROM box_state WHERE name = 'snapshot_cursor';
"""

_PLACES_AND_ADDRESSES = """
ALTER TABLE identity ADD COLUMN moves INTEGER DEFAULT '0' NOT NULL;
ALTER TABLE identity ADD COLUMN address_number INTEGER DEFAULT '0' NOT NULL;
"""


def _0001_first(tx: Connection) -> None:
    _run(tx, _FIRST)


def _0002_notices_and_hours(tx: Connection) -> None:
    """The cursor goes too: the release before passed these tables over, so everything is asked for once more."""
    _run(tx, _NOTICES_AND_HOURS)


def _0003_complaints(tx: Connection) -> None:
    """Asks for everything once more, for the same reason."""
    _run(tx, _COMPLAINTS)


def _0004_keys_and_pruning(tx: Connection) -> None:
    """Device keys that gave way, the district's newer sealing keys, and how far each epoch has been pruned."""
    _run(tx, _KEYS_AND_PRUNING)


def _0005_portraits(tx: Connection) -> None:
    """Pictures of officers. Asks for everything once more: the release before passed them over."""
    _run(tx, _PORTRAITS)


def _0006_set_aside_there(tx: Connection) -> None:
    """What the district cannot count. Asks for everything once more: the release before passed it over."""
    _run(tx, _SET_ASIDE_THERE)


def _0007_no_counts_of_its_own(tx: Connection) -> None:
    """A box no longer counts by itself: beside the district's groups its own would give single ratings away."""
    _run(tx, "DELETE FROM tallies WHERE source = 'box'")


def _0008_receipt_salt(tx: Connection) -> None:
    """The district's salt for receipt numbers. Asks for everything once more: the release before passed it over."""
    _run(tx, _RECEIPT_SALT)


def _0009_entry_version(tx: Connection) -> None:
    """What the district can read. Asks for everything once more: the release before passed it over."""
    _run(tx, _ENTRY_VERSION)


def _0010_staff(tx: Connection) -> None:
    """Officers' own PINs, a counter's figures, and the codes of what is to be returned. Asks for everything once more:
    the release before passed them over. Wrong PINs are counted anew, for each person apart."""
    _run(tx, _STAFF)


def _0011_places_and_addresses(tx: Connection) -> None:
    """How often the district moved the kiosk, and which of its addresses the kiosk uses."""
    _run(tx, _PLACES_AND_ADDRESSES)


def _0012_rosters(tx: Connection) -> None:
    """The duty roster. Asks for everything once more: the release before passed it over."""
    _run(tx, _ROSTERS)


def _0013_counter_notes(tx: Connection) -> None:
    """What the district tells a counter's staff in words. Asks for everything once more: the release before passed it
    over."""
    _run(tx, _COUNTER_NOTES)


def _0014_apologies(tx: Connection) -> None:
    """Which dossiers somebody has apologised for. Asks for everything once more: the release before passed it over."""
    _run(tx, _APOLOGIES)


def _0015_question_days(tx: Connection) -> None:
    """How soon questions are answered. Asks for everything once more: the release before passed it over."""
    _run(tx, _QUESTION_DAYS)


def _0017_older_releases(tx: Connection) -> None:
    """Which steps an older release may pass over."""
    _run(tx, "ALTER TABLE migrations ADD COLUMN additive INTEGER DEFAULT 0 NOT NULL")


def _run(tx: Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            tx.execute(text(statement))


Steps: TypeAlias = tuple[tuple[str, Callable[[Connection], None]], ...]

MIGRATIONS: Steps = (
    ("0001_first", _0001_first),
    ("0002_notices_and_hours", _0002_notices_and_hours),
    ("0003_complaints", _0003_complaints),
    ("0004_keys_and_pruning", _0004_keys_and_pruning),
    ("0005_portraits", _0005_portraits),
    ("0006_set_aside_there", _0006_set_aside_there),
    ("0007_no_counts_of_its_own", _0007_no_counts_of_its_own),
    ("0008_receipt_salt", _0008_receipt_salt),
    ("0009_entry_version", _0009_entry_version),
    ("0010_staff", _0010_staff),
    ("0011_places_and_addresses", _0011_places_and_addresses),
    ("0012_rosters", _0012_rosters),
    ("0013_counter_notes", _0013_counter_notes),
    ("0014_apologies", _0014_apologies),
    ("0015_question_days", _0015_question_days),
    ("0017_older_releases", _0017_older_releases),
)
FIRST_ADDITIVE = "0017_older_releases"
BREAKING: frozenset[str] = frozenset()
"""Steps since ``FIRST_ADDITIVE`` after which no older release can use the file."""

OLDER_WROTE = "older_release_wrote"


def migrate(store: Store, steps: Steps = MIGRATIONS, breaking: Collection[str] = BREAKING) -> list[str]:
    """Brings the file up to this release; returns the names of the steps taken.

    A file that a newer release has only added to is used as it is: an update was taken back. Raises ``CannotOpen`` when
    the newer release did more: going back would lose what it wrote.
    """
    taken = []
    with store.write() as tx:
        tx.execute(text("CREATE TABLE IF NOT EXISTS migrations (name VARCHAR(64) NOT NULL PRIMARY KEY)"))
        done = set(tx.execute(text("SELECT name FROM migrations")).scalars())
        unknown = done - {name for name, _ in steps}
        if unknown:
            _insist_on_additive(tx, unknown, knows_additive=FIRST_ADDITIVE in done)
        for name, change in steps:
            if name not in done:
                change(tx)
                tx.execute(text("INSERT INTO migrations (name) VALUES (:name)"), {"name": name})
                if name >= FIRST_ADDITIVE and name not in breaking:
                    tx.execute(text("UPDATE migrations SET additive = 1 WHERE name = :name"), {"name": name})
                taken.append(name)
        _note_who_writes(tx, is_older=bool(unknown))
    return taken


def _insist_on_additive(tx: Connection, unknown: set[str], *, knows_additive: bool) -> None:
    added = tx.execute(text("SELECT name FROM migrations WHERE additive = 1")).scalars() if knows_additive else ()
    if breaking := unknown - set(added):
        raise CannotOpen(
            f"the file was written by a newer release ({max(breaking)}); install that release or a later one"
        )


def _note_who_writes(tx: Connection, *, is_older: bool) -> None:
    """An older release passes over rows for tables that it does not know. Once the newer one is back, everything is
    asked for once more."""
    known = tx.execute(text("SELECT 1 FROM box_state WHERE name = :name"), {"name": OLDER_WROTE}).scalar()
    if is_older and not known:
        tx.execute(text("INSERT INTO box_state (name, value) VALUES (:name, 'true')"), {"name": OLDER_WROTE})
    elif known and not is_older:
        tx.execute(text("DELETE FROM box_state WHERE name IN (:name, 'snapshot_cursor')"), {"name": OLDER_WROTE})
