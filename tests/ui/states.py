"""One example of every place one can come to, with the longest words: for the gallery and the tests."""

from datetime import date, datetime

from msgspec.structs import replace

from kiosk.desk.shipped import shipped
from kiosk.domain.dossier_code import DossierCode, NoCode
from kiosk.domain.rating import InputMethod, Score, Stage
from kiosk.domain.reference import NoticeKind
from kiosk.flow.rules.questions import first_page
from kiosk.flow.state import complaint as t
from kiosk.flow.state.begin import BeginRating
from kiosk.flow.state.counter_view import Signer
from kiosk.flow.state.form import Ask, PickStage, Private, SavingAnswers, Why
from kiosk.flow.state.lobby import CounterChoice, Lobby
from kiosk.flow.state.rating_draft import AnswersDraft, FilledAnswers, RatingDraft, SavedRating, Subject
from kiosk.flow.state.screens import (
    AskToListen,
    ChoosePreferences,
    Idle,
    LeftOff,
    LookingUpDossier,
    OutOfService,
    PickCounter,
    PickTypedStage,
    Place,
    Rate,
    Resting,
    Saving,
    Sorry,
    StaffCard,
    StaffPin,
    StaffView,
    Starting,
    StillThere,
    Thanks,
    TypeCode,
    TypeDate,
)
from kiosk.flow.state.staff import SignerTrouble, StaffPart
from tests.support.counter_views import bad_week, few, good_week, nothing
from tests.support.fakes import CODE, COUNTERS, MAX_PROCEDURE, PROCEDURE
from tests.support.notices import CARDS, MAX_CARD
from tests.ui.complaint_states import TOLD, intake_at, telling_places
from tests.ui.typing_states import typing_places

#: places at which a citizen who does not look is looked at, too
BY_EAR = (
    *("idle", "rate", "ask-time", "ask-contacts", "thanks", "tell-kind", "tell-about", "tell-dossier", "tell-counter"),
    *("tell-manner", "tell-sentences", "tell-record", "tell-record-speaking", "tell-phone", "tell-reply_by"),
    *("tell-consent", "tell-read-back", "tell-correct", "receipt", "told", "look-up", "standing-answered"),
    *("standing-may-withdraw", "withdrawal"),
)
#: what hangs on the idle screen
INVITING = Lobby(CARDS).invitation_cards
LONG_OFFICE = "Trung tâm Phục vụ hành chính công phường Buôn Ma Thuột"
LONG_COUNTER = CounterChoice("q9", "Quầy 9 · Tài nguyên, môi trường và nông nghiệp", "Tài nguyên và Môi trường")


def lobby_at(name: str) -> Lobby:
    """What the hall is like at the place of this name."""
    cards = CARDS if name.endswith("-index") else (MAX_CARD,) if name.endswith("-did") else ()
    return Lobby(cards, intake=intake_at(name))


def places(now: float) -> dict[str, Place]:
    """Name → place; the name is the file name in the gallery."""
    scanned = InputMethod.SCAN
    known = Subject(scanned, Stage.RETURN, DossierCode(CODE), "q1", COUNTERS[0].name, PROCEDURE)
    longest = Subject(scanned, Stage.HAND_IN, DossierCode(CODE), "q9", LONG_COUNTER.name, MAX_PROCEDURE)
    unknown = Subject(InputMethod.TYPED, Stage.UNKNOWN, DossierCode("H15.50.05.13-261008-0012345", False))
    at_counter = Subject(InputMethod.COUNTER, Stage.UNKNOWN, None, "q2", COUNTERS[1].name)
    draft = RatingDraft(known, Score.SATISFIED, "vi", None, 2000)
    signer = Signer(COUNTERS[0], "TP-021")
    long_signer = Signer(LONG_COUNTER, "CB-0000123456")
    rate = Rate(known, now)
    return {
        "starting": Starting(),
        "idle": Idle(),
        **{f"idle-notice-{reason.value.replace('_', '-')}": Idle(reason, now + 10) for reason in NoCode},
        **{f"idle-card-{card.kind}": Idle(cards=(card,)) for card in INVITING},
        "idle-hint": Idle(None, now + 10, INVITING, hint=True),
        "idle-cards": Idle(cards=INVITING),
        "idle-card-longest": Idle(cards=(replace(MAX_CARD, kind=NoticeKind.GENERAL),)),
        "idle-cards-notice": Idle(NoCode.NO_MATCH, now + 10, INVITING),
        "left-off": LeftOff(t.ReadBack(TOLD), now + 120),
        "resting": Resting(datetime.fromisoformat("2026-11-23T07:30")),
        "resting-index": Resting(datetime.fromisoformat("2026-11-23T07:30")),
        "resting-did": Resting(datetime.fromisoformat("2026-11-23T07:30")),
        "resting-nobody-said": Resting(),
        "begin": BeginRating(),
        "type-stage": PickTypedStage(),
        "type-date": TypeDate("02", stage=Stage.RETURN),
        "type-date-whole": TypeDate("0411", date(2026, 11, 4), stage=Stage.RETURN),
        "type-date-refused": TypeDate("3102", refused=True, stage=Stage.RETURN),
        "type-code": TypeCode("H15.50.05.13-261102-", day=date(2026, 11, 2), stage=Stage.RETURN),
        "type-code-look-again": TypeCode("H15.50.05.13-261121-0975", look_again=True, day=date(2026, 11, 21)),
        "type-code-odd": TypeCode("12-34", odd=True),
        "type-code-letters-odd": TypeCode("H12-34", letters=True, odd=True),
        "rate-typed": Rate(replace(unknown, received=date(2026, 11, 2), office="Uỷ ban nhân dân xã Ea Kao"), now),
        "rate-elsewhere": Rate(replace(unknown, received=date(2026, 11, 2), office=LONG_OFFICE), now),
        "type-code-longest": TypeCode("000.00.16.G04.123.456.789-220405-0008123"),
        "type-code-letters": TypeCode("H15.50.05.13-261008-09", letters=True),
        "pick-counter": PickCounter(COUNTERS),
        "pick-counter-two": PickCounter(COUNTERS[:2]),
        "pick-counter-pages": PickCounter((*COUNTERS, LONG_COUNTER, *COUNTERS), page=1),
        "pick-counter-none": PickCounter(),
        "pick-counter-staff": PickCounter(COUNTERS, for_staff=True),
        "finding": LookingUpDossier(),
        "rate": rate,
        "rate-longest": Rate(longest, now),
        "rate-invited": Rate(replace(at_counter, procedure=PROCEDURE), now, now + 30),
        "rate-invited-longest": Rate(replace(at_counter, procedure=MAX_PROCEDURE), now, now + 30),
        "rate-invited-counter": Rate(at_counter, now, now + 30),
        "rate-unknown-dossier": Rate(unknown, now),
        "rate-counter": Rate(at_counter, now),
        "saving": Saving(draft),
        "pick-stage": PickStage(longest),
        **asking(known, now),
        **telling_places(now),
        **typing_places(),
        "sorry-answers": Sorry(now + 15, rated=True),
        "thanks-index": Thanks(known, Score.SATISFIED, now + 8),
        "thanks-did": Thanks(known, Score.SATISFIED, now + 8),
        "thanks": Thanks(known, Score.SATISFIED, now + 8),
        "sorry": Sorry(now + 15),
        **{f"out-of-service-{why.replace('_', '-')}": OutOfService(why, now + 10)
           for why in ("not_enrolled", "cannot_save", "cannot_open")},
        "still-there-rate": StillThere(rate, now + 17),
        "still-there-pad": StillThere(TypeCode("H15.50.05.13-261008-"), now + 3),
        "preferences": ChoosePreferences(rate),
        "ask-to-listen": AskToListen(rate, now + 20),
        "staff-card": StaffCard(COUNTERS[0]),
        "staff-card-typed": StaffCard(None, "TP-021", shared=True),
        "staff-card-letters": StaffCard(None, "TP", letters=True),
        "staff-card-letters-nobody": StaffCard(
            None, "TP-022", letters=True, trouble=SignerTrouble.NOBODY, shared=True
        ),
        **{f"staff-card-{trouble.replace('_', '-')}": StaffCard(None, "TP-021", trouble=trouble, shared=True)
           for trouble in SignerTrouble},
        "staff-pin": StaffPin(long_signer, digits="123", seats=True),
        "staff-pin-shared": StaffPin(Signer(LONG_COUNTER)),
        "staff-pin-shared-locked": StaffPin(Signer(LONG_COUNTER), refused=True, locked_until=now + 4272),
        "staff-pin-refused": StaffPin(long_signer, refused=True),
        "staff-pin-locked": StaffPin(signer, refused=True, locked_until=now + 4272),
        "staff-pin-locked-everybody": StaffPin(long_signer, refused=True, locked_until=now + 300, for_everybody=True),
        **{f"staff-view-{name}-{part}": StaffView(view, part)
           for name, view in (("good", good_week(signer)), ("bad", bad_week(long_signer)), ("few", few(signer)),
                              ("nothing", nothing(Signer(LONG_COUNTER))))
           for part in StaffPart},
    }  # fmt: skip


def after_each_face(now: float) -> dict[str, Place]:
    """The screen that follows a face, for each of the five."""
    about = Subject(InputMethod.SCAN, Stage.RETURN, DossierCode(CODE), "q1", COUNTERS[0].name, PROCEDURE)
    forms = {score: AnswersDraft(about, score, SavedRating("0000-0000", shipped())) for score in Score}
    pages = {f"after-{score}": first_page(form, now) for score, form in forms.items()}
    return {name: page for name, page in pages.items() if page is not None}


def asking(subject: Subject, now: float) -> dict[str, Place]:
    """The optional part, page by page, untouched and filled in."""
    scheme = shipped()
    low, high = (
        AnswersDraft(subject, score, SavedRating("0000-0000", scheme))
        for score in (Score.DISSATISFIED, Score.SATISFIED)
    )

    def come_to(form: AnswersDraft, question_id: str) -> AnswersDraft:
        return replace(form, asked=("bad", question_id) if question_id != "bad" else ("bad",))

    bad, good, hard = (scheme.question(name) for name in ("bad", "good", "hard_to_say"))
    why = Why(come_to(low, "bad"), bad, ("waiting", "visits", "order"), now)
    later = [question for question in scheme.questions[3:] if not question.private]
    return {
        "why-low": replace(why, chosen=()),
        "why-low-chosen": why,
        "why-high": Why(replace(high, asked=("good",)), good, (), now),
        "why-back": Why(replace(low, asked=("stage", "bad")), bad, (), now),
        "private": Private(why, hard, (), now),
        "private-chosen": Private(why, hard, ("money", "hindered"), now),
        **{f"ask-{each.question_id}": Ask(come_to(low, each.question_id), each, (), now) for each in later},
        "ask-time-chosen": Ask(
            replace(come_to(low, "time"), answers=(("bad", ("waiting",)),)), scheme.question("time"), ("late",), now
        ),
        "still-there-why": StillThere(why, now + 12),
        "sending": SavingAnswers(FilledAnswers(low, "vi", 3, 0)),
    }
