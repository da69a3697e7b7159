"""The draft of a complaint: what was told so far, and how. Nothing a citizen says stands in a ``repr``."""

from enum import StrEnum

from kiosk.domain.complaint import About, Contact, ReplyBy, may_be_answered
from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.flow.state.lobby import CounterChoice, OfficerChoice
from kiosk.flow.state.rating_draft import Subject
from kiosk.flow.state.text_input import Kind


class ComplaintPart(StrEnum):
    """What is asked, one screen each, in this order; each can be corrected before it is sent."""

    ABOUT = "about"
    DOSSIER = "dossier"
    COUNTER = "counter"
    OFFICER = "officer"
    MANNER = "manner"
    SENTENCES = "sentences"
    TEXT = "text"
    SPEECH = "speech"
    NAME = "name"
    REACH = "reach"
    CONTACT = "contact"
    REPLY_BY = "reply_by"
    CONSENT = "consent"


class Manner(StrEnum):
    """How it is told: written, picked from ready sentences, or spoken to the microphone."""

    WRITTEN = "written"
    PICKED = "picked"
    SPOKEN = "spoken"


class Reach(StrEnum):
    """By what a citizen can be reached; one is enough."""

    PHONE = "phone"
    ADDRESS = "address"
    EMAIL = "email"


#: How one can be answered who gave this; at the counter and on the kiosk everybody can.
WAYS = {
    Reach.PHONE: (ReplyBy.SMS, ReplyBy.CALL, ReplyBy.COUNTER, ReplyBy.KIOSK),
    Reach.ADDRESS: (ReplyBy.LETTER, ReplyBy.COUNTER, ReplyBy.KIOSK),
    Reach.EMAIL: (ReplyBy.EMAIL, ReplyBy.COUNTER, ReplyBy.KIOSK),
}
#: What is written with the keyboard.
KINDS = {Reach.PHONE: Kind.PHONE, Reach.ADDRESS: Kind.ADDRESS, Reach.EMAIL: Kind.EMAIL}


class ComplaintDraft(StructWithHidden, frozen=True):
    """What was told so far. ``wants_reply``: phản ánh, kiến nghị; else góp ý, without a name.

    ``known``: the dossier came with a rating, so it is not asked for. ``entry_id`` is that rating's. ``consent`` is the
    version agreed to. ``correcting``: everything was told once, and one part is told anew. ``spoken_ms`` is the length
    of what was spoken; the sound itself is never here. ``unseen``: the citizen does not look at the screen, so nothing
    is asked that has to be written; whoever calls the number back asks the name.
    """

    wants_reply: bool
    about: About | None = None
    subject: Hidden[Subject | None] = None
    known: bool = False
    counter: Hidden[CounterChoice | None] = None
    officer: Hidden[OfficerChoice | None] = None
    manner: Manner | None = None
    helper: bool = False
    sentences: Hidden[tuple[str, ...]] = ()
    text: Hidden[str] = ""
    name: Hidden[str] = ""
    reach: Reach | None = None
    contact: Hidden[str] = ""
    reply_by: ReplyBy | None = None
    consent: str = ""
    entry_id: str = ""
    correcting: bool = False
    spoken_ms: int = 0
    unseen: bool = False

    @property
    def says_something(self) -> bool:
        return bool(self.sentences or self.text.strip())

    @property
    def is_question(self) -> bool:
        """Whether it is a question with somebody to answer, who is told sooner."""
        return self.wants_reply and self.about is About.QUESTION

    @property
    def counter_id(self) -> str | None:
        """The counter it is about: the one chosen, else the dossier's."""
        if self.counter:
            return self.counter.counter_id
        return self.subject.counter_id if self.subject else None

    def contact_given(self) -> Contact | None:
        """How to answer, when a reply is wanted and everything for it was given."""
        if not (self.wants_reply and self.reach and self.reply_by and self.consent):
            return None
        contact = Contact(self.name, self.reply_by, **{str(self.reach): self.contact})
        ways = {"phone": contact.phone, "address": contact.address, "email": contact.email}
        return contact if may_be_answered(contact.name, **ways) else None
