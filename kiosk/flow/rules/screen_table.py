"""The table of screens: one row for each, with what holds on it whatever happens there. Pure.

What can be chosen on a screen stands in ``kiosk.flow.input.choices``, where an event leads in ``kiosk.flow.step``.
mypy reports a screen that has no row.
"""

from enum import Enum, Flag, auto
from typing import assert_never

from msgspec import Struct

from kiosk.domain.questionnaire import ONE
from kiosk.flow.rules.lookup_steps import asks_more, held
from kiosk.flow.state import complaint as t
from kiosk.flow.state import form
from kiosk.flow.state import screens as w
from kiosk.flow.state.begin import BeginRating
from kiosk.flow.state.complaint_draft import ComplaintPart
from kiosk.flow.state.staff import StaffCard, StaffPin, StaffView


class Timeout(Enum):
    """What becomes of a screen that nobody touches."""

    #: nothing, or it has an ``until`` of its own (``kiosk.flow.rules.timeouts``)
    OWN = auto()
    #: after ``idle_seconds`` the citizen is asked whether they still need time
    ASK = auto()
    #: the same after ``receipt_seconds``
    ASK_LATER = auto()
    #: back to the beginning after ``staff_seconds``
    STAFF = auto()


class Holds(Flag):
    """What may happen on a screen."""

    NOTHING = 0
    #: a scanned slip is heard
    SCAN = auto()
    #: the same slip scanned again is still the same citizen's, however late
    SAME_CITIZEN = auto()
    #: larger text, contrast and reading aloud are offered
    PREFERENCES = auto()
    #: it can be used without looking at it
    NON_VISUAL = auto()
    #: a moment in which nothing a citizen does is heard
    BUSY = auto()
    #: going home would lose what was told and is not sent yet
    UNSENT = auto()
    #: digits are typed one after the other: naming the keys again would interrupt
    TYPED = auto()


class Screen(Struct, frozen=True):
    """``page`` draws it: module and class in ``kiosk.ui.screens``.

    ``prompt`` is said when it appears, and then ``key_prompts`` to who uses the number keys, where the keys always mean
    the same. ``items``: the first part of the prompts of what one walks through in the non-visual mode.
    """

    page: str
    timeout: Timeout
    holds: Holds
    prompt: str = ""
    key_prompts: tuple[str, ...] = ()
    items: str = ""


OWN, ASK, ASK_LATER, STAFF = Timeout
NOTHING, SCAN, SAME_CITIZEN, PREFERENCES = Holds.NOTHING, Holds.SCAN, Holds.SAME_CITIZEN, Holds.PREFERENCES
NON_VISUAL, BUSY, UNSENT, TYPED = Holds.NON_VISUAL, Holds.BUSY, Holds.UNSENT, Holds.TYPED
USUAL = SCAN | PREFERENCES | NON_VISUAL
#: what is told here must not be lost to a scan; where a dossier or a receipt is asked for, the scan is an answer
NO_SCAN = PREFERENCES | NON_VISUAL


#: how each kind of question that is asked after the reasons is drawn
_PAGE_OF_KIND = {ONE: "card_page.AskPage"}


# fmt: off
def screen(place: w.Place) -> Screen:
    """The row of a place's screen: page, time-out, what holds, prompt, prompts for the keys, items."""
    match place:
        case w.Starting():
            return Screen("idle.IdlePage", OWN, BUSY)  # drawn while the database is being opened
        case w.Idle():
            return Screen("idle.IdlePage", OWN, USUAL, prompt="idle", items="idle")
        case w.Resting():
            return Screen("resting.RestingPage", OWN, SCAN)
        case BeginRating() | w.TypeCode() | w.PickTypedStage() | w.TypeDate() | w.PickCounter():
            return _of_naming(place)
        case w.LookingUpDossier():
            return Screen("waiting.LookingUpDossierPage", OWN, BUSY, prompt="finding")
        case form.PickStage():
            return Screen("card_page.PickStagePage", ASK, USUAL | SAME_CITIZEN, "stage",
                          ("stage.keys", "keys.home"), "stage")
        case w.Rate(invited_until=None):
            return Screen("rate.RatePage", ASK, USUAL | SAME_CITIZEN, "rate", ("rate.keys", "keys.home"))
        case w.Rate():
            return Screen("rate.RatePage", OWN, USUAL, "invited", ("rate.keys", "keys.home"))
        case form.Why():
            return Screen("card_page.WhyPage", ASK, USUAL | SAME_CITIZEN, key_prompts=("more.keys",), items="more")
        case form.Ask(question=question):
            return Screen(_PAGE_OF_KIND[question.kind], ASK, USUAL | SAME_CITIZEN, key_prompts=("more.keys",),
                          items="more")
        case form.Private():
            return Screen("card_page.PrivatePage", ASK, USUAL | SAME_CITIZEN, key_prompts=("more.keys",), items="more")
        case w.Saving() | form.SavingAnswers():
            return Screen("waiting.SavingPage", OWN, BUSY, prompt="saving")
        case w.Thanks():
            return Screen("thanks.ThanksPage", OWN, USUAL, "thanks")
        case w.Sorry():
            return Screen("sorry.SorryPage", OWN, PREFERENCES | NON_VISUAL, "sorry")
        case w.OutOfService():
            return Screen("out_of_service.OutOfServicePage", OWN, BUSY, prompt="out")
        case w.StillThere():
            return Screen("still_there.StillTherePage", OWN, SCAN | NON_VISUAL, "still", ("still.keys",))
        case w.LeftOff():
            return Screen("left_off.LeftOffPage", OWN, USUAL, "left_off", ("left_off.keys",))
        case w.ChoosePreferences():
            return Screen("preferences.PreferencesPage", OWN, SCAN | NON_VISUAL, "preferences",
                          ("preferences.keys",), "preferences")
        case w.AskToListen():
            return Screen("ask_to_listen.AskToListenPage", OWN, NOTHING, "ear.ask")
        case StaffCard() | StaffPin() | StaffView():
            return _of_the_staff(place)
        case _:
            return _of_a_complaint(place)


def _of_naming(place: BeginRating | w.TypeCode | w.PickTypedStage | w.TypeDate | w.PickCounter) -> Screen:
    """Where a citizen says what they rate."""
    match place:
        case BeginRating():
            return Screen("begin_rating.BeginRatingPage", ASK, USUAL, "ear.idle",
                          ("idle.key_1", "idle.key_2", "keys.home"), "idle")
        case w.TypeCode():
            return Screen("type_code.TypeCodePage", ASK, USUAL | TYPED, "code", ("code.keys",), "code")
        case w.PickTypedStage():
            return Screen("card_page.PickTypedStagePage", ASK, USUAL, "stage",
                          ("stage.keys", "keys.home"), "stage")
        case w.TypeDate():
            return Screen("type_code.TypeDatePage", ASK, USUAL | TYPED, "code.date", ("code.keys",),
                          "code")
        case w.PickCounter(for_staff=True):
            return Screen("pick_counter.PickCounterPage", STAFF, SCAN | PREFERENCES)
        case w.PickCounter(counters):
            prompt = "counter" if counters else "counter.none"
            return Screen("pick_counter.PickCounterPage", ASK, USUAL, prompt, items="counter")


def _of_the_staff(place: StaffCard | StaffPin | StaffView) -> Screen:
    """A scan is heard on each: of a staff card, or of a citizen's slip, which ends what the staff had open."""
    match place:
        case StaffCard():
            return Screen("staff_card.StaffCardPage", STAFF, SCAN | PREFERENCES)
        case StaffPin():
            return Screen("staff_pin.StaffPinPage", STAFF, SCAN)
        case StaffView():
            return Screen("staff_view.StaffViewPage", STAFF, SCAN)


def _of_a_complaint(place: t.Place) -> Screen:
    match place:
        case t.ChooseKind(draft=draft):
            begun = "_begun" if draft else ""
            return Screen("choosing.ChooseKindPage", ASK, NO_SCAN | UNSENT if draft else USUAL, f"tell.kind{begun}",
                          (f"tell.kind{begun}.keys",), "kind")
        case t.ReadLaw(kind):
            return Screen("text_page.LawPage", ASK, NO_SCAN | UNSENT if kind.draft else USUAL, "tell.law",
                          ("tell.law.keys",))
        case t.Choose(part, draft):
            seen_only = part in (ComplaintPart.OFFICER, ComplaintPart.REACH)  # what comes of these has to be written
            same_keys = part in (ComplaintPart.ABOUT, ComplaintPart.DOSSIER, ComplaintPart.MANNER, ComplaintPart.REACH)
            asked = "manner_question" if part is ComplaintPart.MANNER and draft.is_question else str(part)
            return Screen("choosing.ChoosePage", ASK, (PREFERENCES if seen_only else NO_SCAN) | UNSENT,
                          f"tell.{asked}", (f"tell.{part}.keys",) if same_keys else (), str(part))
        case t.AskConsent():
            return Screen("text_page.ConsentPage", ASK, NO_SCAN | UNSENT, "tell.consent",
                          ("tell.consent.keys",))
        case t.Write(part, draft, writing):
            holds = (NO_SCAN if writing.kind.digits_only else PREFERENCES) | UNSENT | TYPED
            prompt = f"tell.contact_{draft.reach}" if part is ComplaintPart.CONTACT else f"tell.{part}"
            return Screen("writing.WritePage", ASK, holds, prompt)
        case t.Record():
            return Screen("recording.RecordPage", ASK, NO_SCAN | UNSENT, "tell.speech",
                          ("tell.speech.keys",))
        case t.ReadBack(failed=True):
            return Screen("text_page.ReadBackPage", ASK, NO_SCAN | UNSENT, "tell.failed")
        case t.ReadBack():
            return Screen("text_page.ReadBackPage", ASK, NO_SCAN | UNSENT, "tell.read_back",
                          ("tell.read_back.keys",))
        case t.Correct():
            return Screen("choosing.CorrectPage", ASK, NO_SCAN | UNSENT, "tell.correct",
                          items="correct")
        case t.AskWithdrawal():
            return Screen("choosing.WithdrawalPage", ASK, NO_SCAN, "look.withdraw_ask", items="withdrawal")
        case t.SavingComplaint() | t.SavingVerdict() | t.SavingSupplement() | t.SavingWithdrawal():
            return Screen("waiting.SavingPage", OWN, BUSY, prompt="saving")
        case t.ShowReceipt():
            return Screen("receipt.ReceiptPage", ASK_LATER, NO_SCAN, prompt="receipt")
        case t.ComplaintSent():
            return Screen("receipt.ComplaintSentPage", OWN, USUAL, "told", ("told.keys",))
        case t.EnterReceiptNumber():
            return Screen("writing.ReceiptNumberPage", ASK, NO_SCAN | TYPED, "look", ("look.keys",))
        case t.LookingUpComplaint():
            return Screen("waiting.LookingUpComplaintPage", OWN, BUSY, prompt="look.looking")
        case t.ShowStatus(look=look):
            return Screen("text_page.StatusPage", ASK, NO_SCAN | UNSENT if held(place) else NO_SCAN, _status(look),
                          items="supplement" if asks_more(look) else "verdict")
        case t.WriteSupplement():
            return Screen("writing.SupplementPage", ASK, PREFERENCES | UNSENT | TYPED, "look.write_more")
        case _:
            assert_never(place)
# fmt: on


def _status(look: t.ComplaintFound) -> str:
    if look.status is None:
        return "look.own" if look.own else "look.not_yet"
    return f"look.{look.status.state}"


def holds(place: w.Place, what: Holds) -> bool:
    """Whether this may happen on a place's screen.

    >>> holds(w.Sorry(3), Holds.SCAN)
    False
    """
    return what in screen(place).holds
