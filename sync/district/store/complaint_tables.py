"""Tables of complaints: what kiosks sent (projections), what people of the district did about it (append-only, never
rebuilt from the ledger), and each one's status (derived from both).
"""

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from kiosk.domain.entry import EntryType
from sync.district.store.metadata import (
    PositionType,
    UtcDateTime,
    metadata,
    order_of_arrival,
    projection_of,
    read_by,
    waits_for,
)

#: SQLite keeps the length that the first releases declared; it holds no text to it.
ReceiptNumberType = String(20).with_variant(String(16), "sqlite")

# ---- projections of the ledger

complaints = Table(
    "complaints",
    metadata,
    *order_of_arrival(),
    Column("kind", String(16), nullable=False, info=read_by("web/templates/complaint.html")),  # comment | complaint
    Column("unit_id", String(64), nullable=False, info=read_by("web/complaint.py")),
    Column("counter_id", String(64), info=read_by("web/complaint.py")),
    Column("officer_number", String(64), info=read_by("web/templates/complaint.html")),
    Column("dossier_code", String(64), info=read_by("web/templates/complaint.html")),
    Column("about", String(16), nullable=False, info=read_by("domain/rights.py")),
    Column("text", Text, nullable=False, info=read_by("web/templates/complaint.html")),
    Column("sentences", JSON, nullable=False, info=read_by("web/templates/complaint.html")),
    Column("sound_parts", Integer, nullable=False, info=read_by("web/templates/complaint.html")),
    Column("written_by_helper", Boolean, nullable=False, info=read_by("web/templates/complaint.html")),
    # sealed with the matter's own key (privacy_tables.matter_keys)
    Column("contact", JSON(none_as_null=True), info=read_by("store/contacts.py")),
    # what of it was erased, and nobody has any more: contact | all
    Column("erased", String(8), info=read_by("web/templates/complaint.html")),
    Column("reply_by", String(16), info=read_by("complaints/recompute.py")),
    Column("consent", String(64), nullable=False, info=read_by("store/complaint_register.py")),
    Column("about_entry", String(36), nullable=False, info=waits_for("officers")),
    Column("receipt_number", ReceiptNumberType, nullable=False, index=True, info=read_by("web/complaint.py")),
    Column("token_hash", LargeBinary(32), nullable=False, index=True, info=read_by("store/complaint_register.py")),
    Column("language", String(16), nullable=False, info=read_by("web/templates/complaint.html")),
    Column("input", String(16), nullable=False, info=waits_for("visits")),
    # its words read like bribery: for the head alone
    Column("sensitive", Boolean, nullable=False, info=read_by("domain/rights.py")),
    # the words and the dossier without marks, for searching
    Column("folded", Text, info=read_by("store/inbox.py")),
    # who it was, as digests that are keyed (domain/contact_seal.py)
    Column("folded_contact", Text, info=read_by("store/contacts.py")),
    # its citizen said who they are, and is no telephone alone
    Column("complete", Boolean, info=read_by("complaints/recompute.py")),
    Column("day", Date, nullable=False, info=waits_for("reports")),
    Column("recorded_at", UtcDateTime, nullable=False, info=read_by("web/templates/complaint.html")),
    Column("received_at", UtcDateTime, nullable=False, info=read_by("web/register.py")),
    info=projection_of(EntryType.COMMENT, EntryType.COMPLAINT),
)

complaint_attachments = Table(
    "complaint_attachments",
    metadata,
    *order_of_arrival(),
    Column("receipt_number", ReceiptNumberType, nullable=False, index=True, info=read_by("store/complaints.py")),
    Column("part", Integer, nullable=False, info=read_by("store/complaint_register.py")),
    Column("parts", Integer, nullable=False, info=read_by("store/complaint_register.py")),
    Column("media_type", String(32), nullable=False, info=read_by("web/complaint_routes.py")),
    Column("sha256", String(64), nullable=False, info=read_by("web/complaint_routes.py")),  # of the whole
    Column("data", LargeBinary, nullable=False, info=read_by("store/complaint_register.py")),
    Column("received_at", UtcDateTime, nullable=False, info=waits_for("late")),
    info=projection_of(EntryType.ATTACHMENT),
)

# Of the token only its hash is kept, to hold it against the complaint's; none where the receipt was not scanned.
complaint_verdicts = Table(
    "complaint_verdicts",
    metadata,
    *order_of_arrival(),
    Column("receipt_number", ReceiptNumberType, nullable=False, index=True, info=read_by("store/complaints.py")),
    Column("token_hash", LargeBinary(32), info=read_by("store/complaints.py")),
    Column("opinion", String(16), nullable=False, info=read_by("store/complaints.py")),
    Column("recorded_at", UtcDateTime, nullable=False, info=waits_for("late")),
    Column("received_at", UtcDateTime, nullable=False, info=read_by("store/complaints.py")),
    info=projection_of(EntryType.VERDICT),
)

# What citizens answered at kiosks who were asked for more. Of the token only its hash is kept, to hold it against the
# complaint's.
complaint_supplements = Table(
    "complaint_supplements",
    metadata,
    *order_of_arrival(),
    Column("receipt_number", ReceiptNumberType, nullable=False, index=True, info=read_by("store/complaints.py")),
    Column("token_hash", LargeBinary(32), info=read_by("store/complaints.py")),
    Column("text", Text, nullable=False, info=read_by("store/complaints.py")),
    Column("will_bring", Boolean, nullable=False, info=read_by("store/complaints.py")),
    # its words read like bribery
    Column("sensitive", Boolean, nullable=False, info=read_by("store/complaints.py")),
    Column("recorded_at", UtcDateTime, nullable=False, info=waits_for("late")),
    Column("received_at", UtcDateTime, nullable=False, info=read_by("store/complaints.py")),
    info=projection_of(EntryType.SUPPLEMENT),
)

# Consent withdrawn at kiosks; carried out where the token is the complaint's, whichever of the two arrives first.
complaint_withdrawals = Table(
    "complaint_withdrawals",
    metadata,
    *order_of_arrival(),
    Column("receipt_number", ReceiptNumberType, nullable=False, index=True, info=read_by("store/withdrawals.py")),
    Column("token_hash", LargeBinary(32), nullable=False, info=read_by("store/withdrawals.py")),
    Column("recorded_at", UtcDateTime, nullable=False, info=waits_for("late")),
    Column("received_at", UtcDateTime, nullable=False, info=read_by("store/withdrawals.py")),
    info=projection_of(EntryType.WITHDRAWAL),
)

# How each stands, from the above and from what people did; kept so that a register is one query.
complaint_standings = Table(
    "complaint_standings",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("state", String(32), nullable=False, info=read_by("web/templates/complaint_parts.html")),
    # who has to act: where it was said, or where it was transferred
    Column("unit_id", String(64), nullable=False, info=read_by("store/complaint_register.py")),
    Column("owner", String(64), info=read_by("web/templates/complaint_parts.html")),
    Column("due_on", Date, info=read_by("web/templates/complaint_parts.html")),  # of the next step
    # by when the citizen has the answer
    Column("answer_due_on", Date, info=read_by("web/register.py")),
    # the citizen has to be called for name and address
    Column("incomplete", Boolean, info=read_by("web/templates/complaint_parts.html")),
    Column("open", Boolean, nullable=False, info=read_by("web/register.py")),
    # an earlier complaint has the same receipt number
    Column("doubled", Boolean, nullable=False, info=read_by("web/templates/complaint_parts.html")),
    Column("changed_at", UtcDateTime, nullable=False, info=read_by("store/complaint_statuses.py")),
    # what somebody outside found it to be about
    Column("classified", JSON(none_as_null=True), info=read_by("web/complaint.py")),
    # for the heads alone (heads), for them and inspectors (conduct), or for everybody of the unit (none)
    Column("restriction", String(8), info=read_by("store/inbox.py")),
    # what it lacks to be carried on, and the unit whose leaders have to see to it; none for those of every unit
    Column("lacks", JSON(none_as_null=True), info=read_by("store/inbox.py")),
    Column("stuck_level", String(64), info=read_by("store/inbox.py")),
    # what its citizen is still to be told
    Column("to_inform", JSON(none_as_null=True), info=read_by("store/inbox.py")),
    # when its citizen added something that nobody has read yet
    Column("supplemented_at", UtcDateTime, info=read_by("store/inbox.py")),
    # what they wrote after it was classified: plain, or like bribery (sensitive)
    Column("later_words", String(16), info=read_by("store/complaint_register.py")),
    # it is about somebody's conduct, and waits for a conclusion or for its approval
    Column("to_conclude", Boolean, info=read_by("store/inbox.py")),
    # who wrote what waits for a second person: an answer, a conclusion
    Column("awaits_second", JSON(none_as_null=True), info=read_by("complaints/stuck.py")),
    # the earlier complaint of the same citizen that is answered for both
    Column("merged_into", String(36), info=read_by("store/inbox.py")),
    # what its citizen added, and said in those that were merged into it, without marks, for searching
    Column("folded_added", Text, info=read_by("store/inbox.py")),
    Index("ix_complaint_standings_open_unit_id", "open", "unit_id"),
    info=projection_of(),
)

# Whom each is kept from beside what complaint_subjects says for good: whom its words seem to name until somebody
# outside has classified it, and whom the classification names.
complaint_kept_from = Table(
    "complaint_kept_from",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("kind", String(16), primary_key=True, info=read_by("store/inbox.py")),  # officer | counter
    Column("value", String(64), primary_key=True, info=read_by("store/inbox.py")),
    info=projection_of(),
)

# What stands on the public page, in the words that two people made ready for it; ``folded`` is searched.
published_answers = Table(
    "published_answers",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    # its address, by publishing_secrets
    Column("public_id", String(16), nullable=False, info=read_by("web/published_routes.py")),
    Column("unit_id", String(64), nullable=False, info=read_by("store/published_answers.py")),
    Column("published_on", Date, nullable=False, index=True, info=read_by("web/templates/published_parts.html")),
    Column("question", Text, nullable=False, info=read_by("web/templates/published_parts.html")),
    Column("answer", Text, nullable=False, info=read_by("web/templates/published_parts.html")),
    Column("folded", Text, nullable=False, info=read_by("store/published_answers.py")),
    Index("ix_published_answers_public_id", "public_id", unique=True),
    info=projection_of(),
)

# One row, drawn once and told to nobody: what the addresses of published answers are made with, so that whoever knows
# the ids of entries, as a kiosk does, cannot tell which of them was published.
publishing_secrets = Table("publishing_secrets", metadata, Column("secret", LargeBinary(32), primary_key=True))

# Mails to citizens who chose e-mail: that one was made for the outbox, and about what. It outlives the message itself.
complaint_mails = Table(
    "complaint_mails",
    metadata,
    Column("message_id", String(36), primary_key=True),
    Column("entry_id", String(36), nullable=False, index=True),
    Column("about", String(16), nullable=False),  # received, unusable (the address), or an action of which to tell
    Column("made_at", UtcDateTime, nullable=False),
    Column("over", Boolean, nullable=False),  # it has been told, or is told no more: the same may be told again
)

# ---- what people did: append-only, outlives every rebuild

complaint_actions = Table(
    "complaint_actions",
    metadata,
    Column("action_id", PositionType, primary_key=True, autoincrement=True),
    Column("complaint_id", String(36), nullable=False, index=True),
    Column("action", String(32), nullable=False),
    Column("by", String(64), nullable=False),  # a user's name; empty for the citizen on the public page
    Column("at", UtcDateTime, nullable=False),
    Column("content", JSON, nullable=False),
)

complaint_views = Table(
    "complaint_views",
    metadata,
    Column("view_id", PositionType, primary_key=True, autoincrement=True),
    Column("complaint_id", String(36), nullable=False, index=True),
    Column("what", String(16), nullable=False),  # contact | sound | notice (an officer opened what they were told)
    Column("by", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Whom and what each is about, as far as it was known when it arrived and ever since: what is here keeps these people
# from it, whatever an import says later.
complaint_subjects = Table(
    "complaint_subjects",
    metadata,
    Column("complaint_id", String(36), primary_key=True),
    Column("kind", String(16), primary_key=True),  # officer | counter | arrival (which entry this was read from)
    Column("value", String(64), primary_key=True),
    # said | dossier | seat | concluded | text (a guess from the words) | later (one from what was added) | entry
    Column("source", String(16), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_complaint_subjects_kind_value", "kind", "value"),
)

# Which officer was told of which conclusion, from which day on. Its number names nothing of the complaint.
conclusion_notices = Table(
    "conclusion_notices",
    metadata,
    Column("notice_id", PositionType, primary_key=True, autoincrement=True),
    Column("complaint_id", String(36), nullable=False, index=True),
    Column("action_id", PositionType, nullable=False),  # of complaint_actions: the approval
    Column("officer_number", String(64), nullable=False, index=True),
    Column("given_on", Date, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("action_id", "officer_number"),
)

# Which complaint was merged into which earlier one of the same citizen; none: it was taken apart. The newest row of a
# complaint holds.
complaint_merges = Table(
    "complaint_merges",
    metadata,
    Column("merge_id", PositionType, primary_key=True, autoincrement=True),
    Column("complaint_id", String(36), nullable=False, index=True),
    Column("into_id", String(36), index=True),
    Column("at", UtcDateTime, nullable=False),
)

COMPLAINT_FACTS = (
    *("complaint_actions", "complaint_views", "complaint_subjects", "conclusion_notices", "complaint_merges"),
)

# ---- how a complaint stands, on its way to the boxes

complaint_queue = Table(
    "complaint_queue",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("queued_at", UtcDateTime, nullable=False),
)

# One row: the salt with which numbers of 20 digits are looked up, drawn once and told to the district's own kiosks.
receipt_salts = Table("receipt_salts", metadata, Column("salt", LargeBinary(16), primary_key=True))

# Argon2id takes a tenth of a second on purpose; what it gave is kept here, never on a box.
complaint_lookups = Table(
    "complaint_lookups",
    metadata,
    Column("receipt_number", ReceiptNumberType, primary_key=True),
    Column("lookup_id", String(32), nullable=False),
    Column("key", LargeBinary(32), nullable=False),
)
