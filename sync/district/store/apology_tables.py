"""Tables of apologies for late dossiers and of reviews: append-only facts. ``district rebuild`` leaves them alone."""

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

apologies = Table(  # what each written apology says; one for each dossier
    "apologies",
    metadata,
    Column("apology_id", PositionType, primary_key=True, autoincrement=True),
    Column("dossier_code", String(64), nullable=False, unique=True),
    Column("unit_id", String(64), nullable=False),  # of the dossier then; its numbers are of this unit
    Column("counter_id", String(64)),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),  # from 1 in each unit and year, without a hole
    Column("procedure_id", String(64)),
    Column("officer_number", String(64)),  # who handled the dossier, by the list of that day
    Column("received_on", Date),
    Column("due_on", Date, nullable=False),  # as it was promised first
    Column("promised_on", Date),  # null: the result had been returned
    Column("cause_id", String(32), nullable=False),  # sync.district.domain.apology_rules.ApologyCause
    Column("agency", String(160), nullable=False),  # the office that was waited for; empty: none
    Column("reason", Text, nullable=False),  # as the letter prints it
    UniqueConstraint("unit_id", "year", "number"),
)

apology_steps = Table(  # made, signed, handed over
    "apology_steps",
    metadata,
    Column("step_id", PositionType, primary_key=True, autoincrement=True),
    Column("apology_id", PositionType, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
    Column("role", String(16), nullable=False),  # of the person then
    Column("act", String(16), nullable=False),  # sync.district.domain.apology.ApologyAct
    Column("day", Date, nullable=False),  # the day of the letter, of the signature, of the handing over
    Column("delivery", String(16)),  # sync.district.domain.apology.Delivery
    Column("cause_id", String(32)),  # of a signature: the cause that the head named; null: as the letter proposed
    UniqueConstraint("apology_id", "act"),
)

second_apologies = Table(  # tries to make a second apology, which were refused
    "second_apologies",
    metadata,
    Column("attempt_id", PositionType, primary_key=True, autoincrement=True),
    Column("dossier_code", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64)),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
    Index("ix_second_apologies_unit_id", "unit_id"),
)

late_reviews = Table(  # minutes of reviews of officers' late dossiers
    "late_reviews",
    metadata,
    Column("review_id", PositionType, primary_key=True, autoincrement=True),
    Column("unit_id", String(64), nullable=False),
    Column("officer_number", String(64), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("n", Integer, nullable=False),  # late dossiers of theirs in these days, when it was written
    Column("held_on", Date, nullable=False),
    Column("present", Text, nullable=False),
    Column("statement", Text, nullable=False),  # by the officer
    Column("concluded", Text, nullable=False),
    Column("outcome", String(16), nullable=False),  # sync.district.domain.apology.ReviewOutcome
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
    Index("ix_late_reviews_unit_id", "unit_id"),
)

APOLOGY_FACTS = ("apologies", "apology_steps", "second_apologies", "late_reviews")
