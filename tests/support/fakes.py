"""Small stand-ins for what surrounds the screen: a clock that is moved by hand, and a desk that remembers."""

from dataclasses import dataclass, field
from datetime import date

from kiosk.desk.complaints import shipped_consent, shipped_deadlines, shipped_laws, shipped_sentences
from kiosk.desk.shipped import shipped
from kiosk.domain.calendar import holidays_from
from kiosk.domain.complaint import PublicStatus, Verdict
from kiosk.domain.deadlines import working_days_after
from kiosk.domain.dossier_code import DossierCode, NoCode
from kiosk.domain.questionnaire import Questionnaire
from kiosk.domain.rating import InputMethod, Stage
from kiosk.domain.receipt import Receipt
from kiosk.domain.reference import Reception
from kiosk.domain.visit import UnratedVisit
from kiosk.flow.rules.invitation import RatingInvitation
from kiosk.flow.state.complaint import ComplaintFound, FilledComplaint, PrintReceipt, Supplement
from kiosk.flow.state.counter_view import CounterView, Signer
from kiosk.flow.state.effects import FindSigner
from kiosk.flow.state.lobby import CounterChoice, Intake, Lobby, OfficerChoice, ReplyPromise
from kiosk.flow.state.rating_draft import FilledAnswers, RatingDraft, SavedRating, Subject
from kiosk.flow.state.staff import PinRefused, SignerFound, SignerTrouble, SignerUnknown
from kiosk.paths import shipped_scheme
from kiosk.shell import CannotSave, Sound
from tests.support.counter_views import good_week

CODE = "H15.50.05.13-261008-0975"
PROCEDURE = "Đăng ký khai sinh"
MAX_PROCEDURE = (
    "Đăng ký biến động quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất do thay đổi thông tin về người "
    "được cấp Giấy chứng nhận, giảm diện tích thửa đất do sạt lở tự nhiên, thay đổi"
)
COUNTERS = (
    CounterChoice("q1", "Quầy 1 · Hộ tịch", "Hộ tịch"),
    CounterChoice("q2", "Quầy 2 · Đất đai, xây dựng", "Đất đai"),
    CounterChoice("q3", "Quầy 3 · Lao động, xã hội", "Lao động – Thương binh và Xã hội"),
    CounterChoice("q4", "Quầy 4 · Chứng thực", "Tư pháp, chứng thực"),
    CounterChoice("q5", "Quầy 5 · Đăng ký kinh doanh", "Đăng ký kinh doanh"),
    CounterChoice("q6", "Quầy 6 · Tiếp nhận chung", ""),
)
PIN = "240680"
RECEIPT = Receipt("61200123456789420049", "pY2VbZs0Qm6kT8xW1cNf4g")
OFFICERS = (
    OfficerChoice("TP-021", "Công chức Tư pháp – Hộ tịch", "q1"),
    OfficerChoice("TP-034", "Công chức Tư pháp – Hộ tịch", "q1"),
    OfficerChoice("DC-008", "Công chức Địa chính – Xây dựng – Đô thị và Môi trường", "q2"),
)
#: The day of the gallery, and by when what is told then is answered: worked out as on a box.
TOLD_ON = date(2026, 11, 21)
HOLIDAYS = holidays_from([shipped_scheme("holidays-2026.toml")])
ANSWER_DAYS = shipped_deadlines()[-1].working_days["answer"]
QUESTION_DAYS = shipped_deadlines()[-1].working_days["question"]


def due_after(day: date) -> date:
    return working_days_after(day, ANSWER_DAYS, HOLIDAYS)


INTAKE = Intake(
    shipped_consent(),
    shipped_sentences(),
    COUNTERS,
    OFFICERS,
    Reception(
        "H15.50.05", "Ban Tiếp công dân xã Ea Kao", "Số 2 đường Y Wang, xã Ea Kao", "0262 3 850 123", "sáng thứ Năm"
    ),
    "https://mot-cua.daklak.example/bien-nhan",
    speech_seconds=120,
    reply=ReplyPromise(ANSWER_DAYS, due_after(TOLD_ON)),
    law=shipped_laws()[-1],
    question_reply=ReplyPromise(QUESTION_DAYS, working_days_after(TOLD_ON, QUESTION_DAYS, HOLIDAYS)),
)


@dataclass
class HandClock:
    """A monotonic clock that moves only when a test moves it."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class FakeDesk:
    """A desk in memory: what it is told to find is found, what is saved is kept in ``saved``."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    choices: tuple[CounterChoice, ...] = COUNTERS
    saved: list[RatingDraft] = field(default_factory=list)
    answers: list[FilledAnswers] = field(default_factory=list)
    questionnaire: Questionnaire = field(default_factory=shipped)
    unrated: list[UnratedVisit] = field(default_factory=list)
    invitations: list[RatingInvitation] = field(default_factory=list)
    staff_gone: list[Signer] = field(default_factory=list)
    papers: list[Receipt] = field(default_factory=list)
    replies: list[PublicStatus] = field(default_factory=list)
    told: list[FilledComplaint] = field(default_factory=list)
    looks: dict[str, ComplaintFound] = field(default_factory=dict)
    verdicts: list[tuple[str, Verdict]] = field(default_factory=list)
    withdrawals: list[tuple[str, str]] = field(default_factory=list)
    supplements: list[Supplement] = field(default_factory=list)
    pins_tried: list[str] = field(default_factory=list)
    can_save: bool = True
    reason: str = ""
    prefill: str = "H15.50.05.13-261008-"
    unit: str = ""
    own_counter: CounterChoice | None = None
    hangs: Lobby = field(default_factory=Lobby)
    sound: Sound | None = None

    def find(self, text: str, method: InputMethod) -> Subject | NoCode:
        text = text.strip()
        if text in self.subjects:
            return self.subjects[text]
        if "-" not in text:
            return NoCode.NO_MATCH
        return Subject(method, Stage.RETURN, DossierCode(text), "q1", "Quầy 1 · Hộ tịch", PROCEDURE)

    def find_counter(self, counter: CounterChoice) -> Subject:
        return Subject(InputMethod.COUNTER, Stage.UNKNOWN, None, counter.counter_id, counter.name)

    def code_prefill(self) -> str:
        return self.prefill

    def office(self) -> tuple[str, CounterChoice | None]:
        return self.unit, self.own_counter

    def counters(self) -> tuple[CounterChoice, ...]:
        return self.choices

    def lobby(self) -> Lobby:
        return self.hangs

    def save(self, draft: RatingDraft) -> SavedRating:
        if not self.can_save:
            raise CannotSave("the disk is full")
        self.saved.append(draft)
        return SavedRating(f"0000-{len(self.saved):04x}", self.questionnaire)

    def save_answers(self, filled: FilledAnswers) -> None:
        if not self.can_save:
            raise CannotSave("the disk is full")
        self.answers.append(filled)

    def count(self, visit: UnratedVisit) -> None:
        self.unrated.append(visit)

    def count_invitation(self, what: RatingInvitation) -> None:
        self.invitations.append(what)

    def staff_left(self, signer: Signer) -> None:
        self.staff_gone.append(signer)

    def save_words(self, filled: FilledComplaint) -> Receipt:
        if not self.can_save:
            raise CannotSave("the disk is full")
        self.told.append(filled)
        return RECEIPT

    def print_receipt(self, asked: PrintReceipt) -> None:
        self.papers.append(asked.receipt)

    def print_answer(self, number: str, status: PublicStatus, language: str) -> None:
        self.replies.append(status)

    def drop_paper(self) -> None:
        self.replies.clear()
        self.papers.clear()

    def look_up(self, number: str) -> ComplaintFound:
        return self.looks.get(number, ComplaintFound(None, "2026-11-20"))

    def save_verdict(self, number: str, opinion: Verdict, token: str) -> None:
        if not self.can_save:
            raise CannotSave("the disk is full")
        self.verdicts.append((number, opinion, token))

    def save_withdrawal(self, number: str, token: str) -> None:
        if not self.can_save:
            raise CannotSave("the disk is full")
        self.withdrawals.append((number, token))

    def save_supplement(self, supplement: Supplement) -> None:
        if not self.can_save:
            raise CannotSave("the disk is full")
        self.supplements.append(supplement)

    def find_signer(self, wanted: FindSigner) -> SignerFound | SignerUnknown:
        if wanted.counter:
            return SignerFound(Signer(wanted.counter))
        found = next((each for each in OFFICERS if each.officer_number == wanted.text), None)
        if found is None:
            return SignerUnknown(SignerTrouble.NOBODY, wanted.text if wanted.scanned else "")
        counter = next(each for each in COUNTERS if each.counter_id == found.counter_id)
        return SignerFound(Signer(counter, found.officer_number))

    def check_pin(self, signer: Signer, pin: str) -> CounterView | PinRefused:
        self.pins_tried.append(pin)
        if pin != PIN:
            wrong = len(self.pins_tried)
            return PinRefused(300.0 if wrong >= 5 else 0.0)
        return good_week(signer)

    def probe(self) -> str:
        return self.reason
