"""What is written down about whoever sees or takes more than the pages show. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

MAX_REASON = 500
MIN_REASON = 8


class Audited(StrEnum):
    """What happened. The values stand in the database.

    ``VIEW``: an auditor looked at figures finer than released groups. ``EXPORT``: an export began, ``EXPORTED``: it was
    written whole. ``KEY``: an auditor's key was taken in or withdrawn. ``ROLE``: somebody was made an auditor.
    ``ACCOUNT``: an account was made, moved, reset, shut out, or given a deputy. ``PERIOD``: a period was closed, or a
    correction of a closed one proposed or confirmed. ``OBJECTION``: somebody objected to a figure, or decided about it.
    ``DISPLAY``: the address of a wall display was made or ended.
    ``ROSTER``: a duty roster was changed. ``PIN``: a one-time code for an officer's PIN was given, used or withdrawn.
    ``REMARK``: a citizen's comment was classified, a classification confirmed or sent back, or a released remark taken
    down.
    ``CONTACT``: where a unit receives citizens was changed, or found to be right. ``APOLOGY``: an apology for a late
    dossier was made, signed, handed over, or refused as a second one; an officer's late dossiers were reviewed.
    ``ENROLMENT``: a one-time code that enrols a kiosk was given, or withdrawn before anybody used it.
    ``TEMPLATE``: a template for answers was written, changed or taken away.
    ``TELLING``: the officers whom conclusions count against were told of them this month; it is noted when there were
    none too. ``CONTENT``: a change of what kiosks show was proposed, put in force, refused or withdrawn.
    """

    VIEW = "view"
    EXPORT = "export"
    EXPORTED = "exported"
    KEY = "key"
    ROLE = "role"
    ACCOUNT = "account"
    PERIOD = "period"
    OBJECTION = "objection"
    DISPLAY = "display"
    ROSTER = "roster"
    PIN = "pin"
    CONTACT = "contact"
    REMARK = "remark"
    APOLOGY = "apology"
    TELLING = "telling"
    TEMPLATE = "template"
    ENROLMENT = "enrolment"
    CONTENT = "content"


class AuditEntry(Struct, frozen=True):
    """One line of the audit list. ``person``: a user's name, of a command the account of the server."""

    at: datetime
    person: str
    what: Audited
    detail: dict[str, Any]
    reason: str = ""


def reason_from(text: str) -> str:
    """Why somebody looks, in one line. Raises ``ValueError`` when nothing is said that a reader could use."""
    reason = " ".join(text.split())
    if not MIN_REASON <= len(reason) <= MAX_REASON:
        raise ValueError(f"say why in {MIN_REASON} to {MAX_REASON} characters")
    return reason
