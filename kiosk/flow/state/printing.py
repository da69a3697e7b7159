"""What can be printed, and the printer's status as the flow knows it. Pure."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.hidden import Hidden, StructWithHidden


class Trouble(StrEnum):
    """Why nothing is printed now. In the words of the box's records; a screen says it in its own."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    UNPLUGGED = "unplugged"
    NO_ANSWER = "no_answer"  # it answered before and does not now: switched off
    FAULT = "fault"  # the printer reports an error: the cutter, the head, heat
    STUCK = "stuck"  # it takes no more bytes and does not say why


class ReceiptPaper(StructWithHidden, frozen=True, kw_only=True):
    """The receipt of a góp ý or phản ánh, kiến nghị: none of its words, and of the citizen only the number.

    ``number`` in groups divided by spaces; ``link`` stands in the QR code. ``answered``: a reply was asked for;
    ``due`` is its last day, if that is known here, else it comes within ``days`` working days of the matter's arrival.
    ``page`` is the public page, where a number can be typed. ``ask_at`` (a place) and ``phone`` may be empty. Days are
    those in Việt Nam.
    """

    office: str
    number: Hidden[str]
    link: Hidden[str]
    received: date
    answered: bool = True
    due: date | None = None
    days: int = 0
    page: str = ""
    ask_at: str = ""
    phone: str = ""
    language: str = "vi"


class AnswerPaper(StructWithHidden, frozen=True, kw_only=True):
    """What an office replied, for the citizen to take home: the ``office`` that answered, the number in groups, when it
    arrived and was answered, and the ``answer``'s words. ``conclusion``: the keys of the sentences that say what was
    concluded."""

    office: Hidden[str]
    number: Hidden[str]
    answer: Hidden[str]
    received: date | None = None
    answered_on: date | None = None
    conclusion: tuple[str, ...] = ()
    language: str = "vi"


Paper = ReceiptPaper | AnswerPaper


class Printed(Struct, frozen=True):
    """A paper came out whole, as far as the printer can tell. ``job`` is what ``Printer.print`` returned."""

    job: int


class PrintFailed(Struct, frozen=True):
    """A paper is not printed, or only half. It is printed whole when the trouble is mended, unless it is dropped."""

    job: int
    trouble: Trouble


class PrinterChanged(Struct, frozen=True):
    """The printer can print (``None``) or cannot, and why."""

    trouble: Trouble | None


Event = Printed | PrintFailed | PrinterChanged
