"""The screens on which a complaint is written and an earlier one looked up, and their events.

Nothing a citizen says stands in a ``repr``. A draft lives in its screen alone: another screen, and it is gone.
"""

from enum import StrEnum

from msgspec import Struct

from kiosk.domain.complaint import PublicStatus, Verdict
from kiosk.domain.dossier_code import NoCode
from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.domain.receipt import Receipt
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart
from kiosk.flow.state.rating_draft import Subject
from kiosk.flow.state.text_input import TextInput


class Paper(StrEnum):
    """A printed receipt: asked for, come out whole, or waiting until the printer is mended."""

    ASKED = "asked"
    PRINTED = "printed"
    WAITS = "waits"


class FilledComplaint(Struct, frozen=True):
    """A draft that is sent."""

    draft: ComplaintDraft
    language: str


class ComplaintFound(Struct, frozen=True):
    """What the box knows of a receipt number. ``standing`` is ``None`` when nothing has come for it; ``as_of`` is the
    day of the newest news from the district; ``own``: the number was given out by this very box; ``may_answer``: the
    district reads what a citizen answers who was asked for more, ``may_withdraw``: that consent is withdrawn."""

    status: PublicStatus | None
    as_of: str = ""
    own: bool = False
    may_answer: bool = False
    may_withdraw: bool = False


class Supplement(StructWithHidden, frozen=True):
    """What a citizen answers who was asked for more: a text, or that they come with papers. ``token``: the receipt's,
    empty where its number alone was typed."""

    number: Hidden[str]
    token: Hidden[str]
    text: Hidden[str]
    will_bring: bool


# ---- places


class ChooseKind(StructWithHidden, frozen=True):
    """What this is and is not; góp ý, phản ánh, or how an earlier one stands. ``subject``: of the rating before it.
    ``draft``: what was told already, where somebody came back to choose anew; the screen says so, and nothing else can
    be begun until it is given up."""

    subject: Hidden[Subject | None] = None
    entry_id: str = ""
    draft: ComplaintDraft | None = None


class ReadLaw(Struct, frozen=True):
    """What góp ý, phản ánh, khiếu nại and tố cáo are, and by which law. ``kind``: where it leads back to."""

    kind: ChooseKind


class Choose(Struct, frozen=True):
    """A part that is chosen from cards. ``notice`` says why a scan led nowhere."""

    part: ComplaintPart
    draft: ComplaintDraft
    notice: NoCode | None = None


class AskConsent(Struct, frozen=True):
    """The consent's whole text, and its box, which nobody ticks but the citizen."""

    draft: ComplaintDraft
    ticked: bool = False


class Write(Struct, frozen=True):
    """A part that is written. ``refused``: it cannot be what was asked for, such as a telephone of four digits."""

    part: ComplaintPart
    draft: ComplaintDraft
    writing: TextInput
    refused: bool = False


class Record(Struct, frozen=True):
    """Speaking. Until ``until`` it is recorded, ``percent`` loud; ``failed``: nothing was heard."""

    draft: ComplaintDraft
    until: float | None = None
    percent: int = 0
    failed: bool = False


class ReadBack(Struct, frozen=True):
    """Everything, before it is sent. ``failed``: it could not be kept, and may be sent again."""

    draft: ComplaintDraft
    failed: bool = False


class Correct(Struct, frozen=True):
    """Which part to tell anew."""

    draft: ComplaintDraft


class SavingComplaint(Struct, frozen=True):
    """On the way to the disk; a moment without controls."""

    filled: FilledComplaint


class ShowReceipt(Struct, frozen=True):
    """The number, large, and its QR code. ``read_out`` counts how often it was to be read aloud; ``last``: it is shown
    for the second and last time; ``paper``: what has become of the printed one, ``None`` when none was asked for;
    ``hidden``: nobody has touched it for a while, so it is shown again only to who asks. ``question``: it is one, and
    is answered sooner."""

    receipt: Receipt
    answered: bool
    read_out: int = 0
    last: bool = False
    paper: Paper | None = None
    hidden: bool = False
    question: bool = False


class ComplaintSent(StructWithHidden, frozen=True):
    """Thanks. ``receipt`` may be shown once more until ``until``."""

    until: float
    receipt: Hidden[Receipt | None] = None
    answered: bool = False
    question: bool = False


class EnterReceiptNumber(Struct, frozen=True):
    """A receipt number is typed or scanned. ``refused``: it was no receipt number."""

    writing: TextInput
    refused: bool = False


class LookingUpComplaint(StructWithHidden, frozen=True):
    """``token``: the receipt's, where it was scanned."""

    number: Hidden[str]
    token: Hidden[str] = ""


class ShowStatus(StructWithHidden, frozen=True):
    """How it stands; when it is answered, the citizen is asked for a verdict, and for an answer when the office has
    asked for more. ``paper``: what has become of the reply on paper, ``None`` when it was not asked for. ``token``: the
    receipt's, where it was scanned. ``text``: what was written to the office and not sent yet."""

    number: Hidden[str]
    look: ComplaintFound
    paper: Paper | None = None
    token: Hidden[str] = ""
    text: Hidden[str] = ""


class WriteSupplement(Struct, frozen=True):
    """The answer to what the office asked is written. ``refused``: nothing is there yet; ``failed``: it could not be
    kept, and may be sent again."""

    asked: ShowStatus
    writing: TextInput
    refused: bool = False
    failed: bool = False


class SavingSupplement(Struct, frozen=True):
    supplement: Supplement
    asked: ShowStatus


class AskWithdrawal(Struct, frozen=True):
    """Whether the citizen withdraws consent, which is for good. ``failed``: it could not be kept, and may be sent
    again."""

    asked: ShowStatus
    failed: bool = False


class SavingWithdrawal(Struct, frozen=True):
    asked: ShowStatus


class SavingVerdict(StructWithHidden, frozen=True):
    number: Hidden[str]
    opinion: Verdict


# ---- events


class ComplaintAsked(Struct, frozen=True):
    """ "Góp ý, phản ánh"."""


class LawAsked(Struct, frozen=True):
    """ "i": what these are, and by which law."""


class AnewAsked(Struct, frozen=True):
    """ "Bỏ, viết mới": what was told so far is given up."""


class ContinueAsked(Struct, frozen=True):
    """ "Viết tiếp": what was begun, and left to a time-out, goes on."""


class ReceiptLookupAsked(Struct, frozen=True):
    """How does an earlier one stand?"""


class TextAsked(Struct, frozen=True):
    """Beside the ready sentences something is to be written."""


class CorrectAsked(Struct, frozen=True):
    pass


class ComplaintSaved(Struct, frozen=True):
    receipt: Receipt


class ComplaintLost(Struct, frozen=True):
    """They could not be kept."""


class NumberNoted(Struct, frozen=True):
    """The citizen has the number."""


class NumberAsked(Struct, frozen=True):
    """Shown once more."""


class ReadOutAsked(Struct, frozen=True):
    """Digit by digit."""


class PrintAsked(Struct, frozen=True):
    """The receipt on paper."""


class PaperAsked(Struct, frozen=True):
    """The printer has been told; what becomes of it is said by ``kiosk.flow.state.printing``."""


class LookedUp(Struct, frozen=True):
    look: ComplaintFound


class VerdictSaved(Struct, frozen=True):
    pass


class SupplementSaved(Struct, frozen=True):
    pass


class WithdrawalAsked(Struct, frozen=True):
    """ "Rút lại sự đồng ý"."""


class WithdrawalSaved(Struct, frozen=True):
    pass


# ---- effects


class SaveComplaint(Struct, frozen=True):
    """Answered by ``ComplaintSaved`` after the COMMIT, or by ``ComplaintLost``."""

    filled: FilledComplaint


class FindStatus(StructWithHidden, frozen=True):
    """Answered by ``LookedUp``."""

    number: Hidden[str]


class SaveVerdict(StructWithHidden, frozen=True):
    """Answered by ``VerdictSaved`` after the COMMIT, or by ``ComplaintLost``. ``token``: the receipt's, where it was
    scanned."""

    number: Hidden[str]
    opinion: Verdict
    token: Hidden[str] = ""


class SaveSupplement(Struct, frozen=True):
    """Answered by ``SupplementSaved`` after the COMMIT, or by ``ComplaintLost``."""

    supplement: Supplement


class SaveWithdrawal(StructWithHidden, frozen=True):
    """Answered by ``WithdrawalSaved`` after the COMMIT, or by ``ComplaintLost``."""

    number: Hidden[str]
    token: Hidden[str]


class PrintReceipt(Struct, frozen=True):
    """Answered by ``PaperAsked`` at once."""

    receipt: Receipt
    answered: bool
    language: str
    question: bool = False


class PrintAnswer(StructWithHidden, frozen=True):
    """What the office replied. Answered by ``PaperAsked`` at once."""

    number: Hidden[str]
    status: Hidden[PublicStatus]
    language: str


class DropPaper(Struct, frozen=True):
    """The citizen has gone: nothing of theirs may come out later. Answered by ``PaperAsked``."""


Place = (
    ChooseKind
    | ReadLaw
    | Choose
    | AskConsent
    | Write
    | Record
    | ReadBack
    | Correct
    | SavingComplaint
    | ShowReceipt
    | ComplaintSent
    | EnterReceiptNumber
    | LookingUpComplaint
    | ShowStatus
    | WriteSupplement
    | SavingSupplement
    | SavingVerdict
    | AskWithdrawal
    | SavingWithdrawal
)
Event = (
    ComplaintAsked
    | LawAsked
    | AnewAsked
    | ContinueAsked
    | ReceiptLookupAsked
    | TextAsked
    | CorrectAsked
    | ComplaintSaved
    | ComplaintLost
    | NumberNoted
    | NumberAsked
    | ReadOutAsked
    | PrintAsked
    | PaperAsked
    | LookedUp
    | VerdictSaved
    | SupplementSaved
    | WithdrawalAsked
    | WithdrawalSaved
)
Effect = (
    SaveComplaint | FindStatus | SaveVerdict | SaveSupplement | SaveWithdrawal | PrintReceipt | PrintAnswer | DropPaper
)


def draft_of(place: object) -> ComplaintDraft | None:
    """What was told so far, on a screen that keeps it or that one reads on the way."""
    draft = getattr(place.kind if isinstance(place, ReadLaw) else place, "draft", None)
    return draft if isinstance(draft, ComplaintDraft) else None
