"""One example of every place of a góp ý or phản ánh, with the longest words: for the gallery and the tests."""

from datetime import date

from msgspec.structs import replace

from kiosk.domain.complaint import About, ComplaintStatus, ConclusionResult, PublicStatus, ReplyBy, Verdict
from kiosk.domain.dossier_code import DossierCode, NoCode
from kiosk.domain.rating import InputMethod, Stage
from kiosk.flow.state import complaint as t
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart, Manner, Reach
from kiosk.flow.state.lobby import Intake, OfficerChoice, OnDuty, ReplyPromise
from kiosk.flow.state.rating_draft import Subject
from kiosk.flow.state.screens import LookingUpDossier, Place, StillThere, TypeCode
from kiosk.flow.state.text_input import Kind, beginning
from tests.support.fakes import ANSWER_DAYS, CODE, COUNTERS, INTAKE, OFFICERS, PROCEDURE, RECEIPT
from tests.support.portraits import portrait

WORDS = (
    "Tôi đến nộp hồ sơ đất đai từ ngày 12/10, cán bộ ở quầy số 3 hẹn lại năm lần mà không giải thích vì sao. Lần nào "
    "cũng nói thiếu một tờ giấy khác. Tôi 71 tuổi, nhà cách đây 30 cây số."
)
LONG = (WORDS + "\n") * 14
ANSWER = (
    "Uỷ ban nhân dân xã xin lỗi Ông/Bà vì để Ông/Bà phải đi lại nhiều lần. Chúng tôi đã kiểm tra: hồ sơ của Ông/Bà "
    "không cần thêm giấy tờ nào. Cán bộ hướng dẫn đã được nhắc nhở và bố trí lại. Kết quả sẽ có trước ngày 05/12."
)
#: as long as answers of offices are at most, in three paragraphs
LONG_ANSWER = "\n".join([ANSWER * 2, ANSWER * 2, ANSWER * 2])[:1300]
SUBJECT = Subject(InputMethod.SCAN, Stage.RETURN, DossierCode(CODE), "q1", COUNTERS[0].name, PROCEDURE)
TOLD = ComplaintDraft(
    wants_reply=True,
    about=About.CONDUCT,
    subject=SUBJECT,
    officer=OFFICERS[2],
    manner=Manner.PICKED,
    helper=True,
    sentences=("waited-long", "extra-papers"),
    text=WORDS,
    name="Nguyễn Thị Ánh Tuyết",
    reach=Reach.PHONE,
    contact="0912345123",
    reply_by=ReplyBy.SMS,
    consent=INTAKE.consent.version,
)
COMMENT = ComplaintDraft(wants_reply=False, about=About.FACILITIES, manner=Manner.WRITTEN, text="Quạt trần kêu to quá.")
SPOKEN = replace(COMMENT, manner=Manner.SPOKEN, text="", spoken_ms=80_000)
ANSWERED = PublicStatus(
    ComplaintStatus.ANSWERED,
    office="Uỷ ban nhân dân xã Ea Kao",
    received_on=date(2026, 11, 5),
    due_on=date(2026, 11, 26),
    answered_on=date(2026, 11, 20),
    answer=ANSWER,
    as_of=date(2026, 11, 20),
)
CONCLUDED = replace(
    ANSWERED, state=ComplaintStatus.CLOSED, conclusion=ConclusionResult.NOT_VERIFIABLE, under_review=True
)
AS_OF = "2026-11-20"
QUESTION = "Xin Ông/Bà cho biết thêm ngày đến nộp hồ sơ, ở quầy nào, và cán bộ đã hẹn lại những ngày nào."
LONG_QUESTION = "\n".join([QUESTION, ANSWER, QUESTION, ANSWER])[:1000]
#: Where it matters who is at the office: some have a picture, all of a large office have one.
_SOME = tuple(replace(each, portrait=portrait(i) if i != 1 else b"") for i, each in enumerate(OFFICERS))
_LARGE = tuple(
    OfficerChoice(f"MC-{i:03}", OFFICERS[i % 3].post, COUNTERS[i % 4].counter_id, portrait(i)) for i in range(11)
)
ON_DUTY = OnDuty("Chuyên viên tiếp nhận và trả kết quả", "0263 3850 123")
INTAKES = {
    "tell-law-on-duty": replace(INTAKE, on_duty=ON_DUTY),
    **{name: replace(INTAKE, reply=ReplyPromise(ANSWER_DAYS)) for name in ("receipt-offline", "tell-kind-offline")},
    "tell-officer-portraits": replace(INTAKE, officers=_SOME),
    "tell-officer-portraits-two": replace(INTAKE, officers=_SOME[::2]),
    "tell-officer-portraits-many": replace(INTAKE, officers=_LARGE),
}


def intake_at(name: str) -> Intake:
    """What the office is like at the place of this name."""
    return INTAKES.get(name, INTAKE)


def telling_places(now: float) -> dict[str, Place]:
    """Name → place; the name is the file name in the gallery."""
    halfway = ComplaintDraft(wants_reply=True, about=About.CONDUCT)
    return {
        "tell-kind": t.ChooseKind(),
        "tell-kind-offline": t.ChooseKind(),
        "tell-kind-begun": t.ChooseKind(draft=TOLD),
        "tell-law": t.ReadLaw(t.ChooseKind()),
        "tell-law-on-duty": t.ReadLaw(t.ChooseKind()),
        **{f"tell-{part}": t.Choose(part, replace(halfway, reach=Reach.PHONE)) for part in _CHOSEN},
        **{name: t.Choose(ComplaintPart.OFFICER, halfway) for name in INTAKES if name.startswith("tell-officer")},
        "tell-about-back": t.Choose(ComplaintPart.ABOUT, TOLD),
        "tell-counter-question": t.Choose(ComplaintPart.COUNTER, replace(halfway, about=About.QUESTION)),
        "tell-manner-question": t.Choose(ComplaintPart.MANNER, replace(halfway, about=About.QUESTION)),
        "tell-sentences-question": t.Choose(ComplaintPart.SENTENCES, replace(halfway, about=About.QUESTION)),
        "tell-dossier-notice": t.Choose(ComplaintPart.DOSSIER, halfway, NoCode.IMPOSSIBLE_DATE),
        "tell-dossier-type": TypeCode("", draft=halfway),
        "tell-dossier-finding": LookingUpDossier(halfway),
        "tell-manner-helper": t.Choose(ComplaintPart.MANNER, replace(halfway, helper=True)),
        "tell-sentences-chosen": t.Choose(ComplaintPart.SENTENCES, TOLD),
        "tell-sentences-facilities": t.Choose(ComplaintPart.SENTENCES, COMMENT),
        "tell-reply-by-email": t.Choose(ComplaintPart.REPLY_BY, replace(halfway, reach=Reach.EMAIL)),
        "tell-consent": t.AskConsent(TOLD),
        "tell-consent-ticked": t.AskConsent(TOLD, ticked=True),
        "tell-text": t.Write(ComplaintPart.TEXT, halfway, beginning(Kind.WORDS)),
        "tell-text-written": t.Write(ComplaintPart.TEXT, halfway, beginning(Kind.WORDS, WORDS)),
        "tell-text-refused": t.Write(ComplaintPart.TEXT, halfway, beginning(Kind.WORDS), refused=True),
        "tell-record": t.Record(halfway),
        "tell-record-speaking": t.Record(halfway, until=now + 107, percent=62),
        "tell-record-spoken": t.Record(SPOKEN),
        "tell-record-failed": t.Record(halfway, failed=True),
        "tell-read-back-spoken": t.ReadBack(SPOKEN),
        "tell-correct-spoken": t.Correct(SPOKEN),
        "tell-name": t.Write(ComplaintPart.NAME, halfway, beginning(Kind.NAME)),
        "tell-phone": t.Write(
            ComplaintPart.CONTACT, replace(halfway, reach=Reach.PHONE), beginning(Kind.PHONE, "0912345123")
        ),
        "tell-phone-refused": t.Write(
            ComplaintPart.CONTACT, replace(halfway, reach=Reach.PHONE), beginning(Kind.PHONE, "0912"), refused=True
        ),
        "tell-address": t.Write(ComplaintPart.CONTACT, replace(halfway, reach=Reach.ADDRESS), beginning(Kind.ADDRESS)),
        "tell-email": t.Write(
            ComplaintPart.CONTACT, replace(halfway, reach=Reach.EMAIL), beginning(Kind.EMAIL, "anh.1958")
        ),
        "tell-read-back": t.ReadBack(TOLD),
        "tell-read-back-comment": t.ReadBack(COMMENT),
        "tell-read-back-long": t.ReadBack(replace(TOLD, text=LONG)),
        "tell-read-back-failed": t.ReadBack(TOLD, failed=True),
        "tell-correct": t.Correct(TOLD),
        "tell-correct-comment": t.Correct(COMMENT),
        "tell-sending": t.SavingComplaint(t.FilledComplaint(TOLD, "vi")),
        "receipt": t.ShowReceipt(RECEIPT, answered=True),
        "receipt-comment": t.ShowReceipt(RECEIPT, answered=False),
        **{f"receipt-paper-{paper}": t.ShowReceipt(RECEIPT, answered=True, paper=paper) for paper in t.Paper},
        "receipt-hidden": t.ShowReceipt(RECEIPT, answered=True, hidden=True),
        "still-there-scanned": StillThere(t.ShowReceipt(RECEIPT, answered=True), now + 20, scanned=True),
        "receipt-offline": t.ShowReceipt(RECEIPT, answered=True),
        "receipt-last": t.ShowReceipt(RECEIPT, answered=True, last=True),
        "told": t.ComplaintSent(now + 16, RECEIPT),
        "receipt-question": t.ShowReceipt(RECEIPT, answered=True, question=True),
        "told-question": t.ComplaintSent(now + 16, RECEIPT, answered=True, question=True),
        "told-last": t.ComplaintSent(now + 16),
        "look-up": t.EnterReceiptNumber(beginning(Kind.RECEIPT_NUMBER)),
        "look-up-refused": t.EnterReceiptNumber(beginning(Kind.RECEIPT_NUMBER, "61200123456789420094"), refused=True),
        "looking-up": t.LookingUpComplaint(RECEIPT.number),
        "standing-answered-long": t.ShowStatus(
            RECEIPT.number, t.ComplaintFound(replace(ANSWERED, answer=LONG_ANSWER), AS_OF)
        ),
        "standing-answered-printed": t.ShowStatus(RECEIPT.number, t.ComplaintFound(ANSWERED, AS_OF), t.Paper.PRINTED),
        "standing-not-yet": t.ShowStatus(RECEIPT.number, t.ComplaintFound(None, AS_OF)),
        "standing-own": t.ShowStatus(RECEIPT.number, t.ComplaintFound(None, "", own=True)),
        **{
            f"standing-{state}": _standing(state)
            for state in ComplaintStatus
            if state not in (ComplaintStatus.ANSWERED, ComplaintStatus.CLOSED)
        },
        "standing-asks-more": _asks_more(LONG_QUESTION),
        "standing-asks-more-begun": replace(_asks_more(QUESTION), token="", text=WORDS),
        "standing-more": t.WriteSupplement(_asks_more(QUESTION), beginning(Kind.WORDS)),
        "standing-more-written": t.WriteSupplement(_asks_more(QUESTION), beginning(Kind.WORDS, WORDS)),
        "standing-more-refused": t.WriteSupplement(_asks_more(QUESTION), beginning(Kind.WORDS), refused=True),
        "standing-more-failed": t.WriteSupplement(_asks_more(QUESTION), beginning(Kind.WORDS, WORDS), failed=True),
        "standing-more-sending": t.SavingSupplement(
            t.Supplement(RECEIPT.number, RECEIPT.token, WORDS, False), _asks_more(QUESTION)
        ),
        "standing-answered": t.ShowStatus(RECEIPT.number, t.ComplaintFound(ANSWERED, AS_OF), token=RECEIPT.token),
        "standing-may-withdraw": _MAY_WITHDRAW,
        "withdrawal": t.AskWithdrawal(_MAY_WITHDRAW),
        "withdrawal-failed": t.AskWithdrawal(_MAY_WITHDRAW, failed=True),
        "withdrawal-sending": t.SavingWithdrawal(_MAY_WITHDRAW),
        "standing-closed": t.ShowStatus(RECEIPT.number, t.ComplaintFound(CONCLUDED, AS_OF)),
        "standing-verdict": t.SavingVerdict(RECEIPT.number, Verdict.SATISFIED),
        "still-there-text": StillThere(t.Write(ComplaintPart.TEXT, halfway, beginning(Kind.WORDS, WORDS)), now + 14),
    }


_CHOSEN = (
    *(ComplaintPart.ABOUT, ComplaintPart.DOSSIER, ComplaintPart.COUNTER, ComplaintPart.OFFICER, ComplaintPart.MANNER),
    *(ComplaintPart.SENTENCES, ComplaintPart.REACH, ComplaintPart.REPLY_BY),
)


_MAY_WITHDRAW = t.ShowStatus(
    RECEIPT.number, t.ComplaintFound(ANSWERED, AS_OF, may_answer=True, may_withdraw=True), token=RECEIPT.token
)


def _asks_more(question: str) -> t.ShowStatus:
    status = replace(ANSWERED, state=ComplaintStatus.NEEDS_MORE, answered_on=None, answer=question)
    return t.ShowStatus(RECEIPT.number, t.ComplaintFound(status, AS_OF, may_answer=True), token=RECEIPT.token)


def _standing(state: ComplaintStatus) -> Place:
    asked = "Xin Ông/Bà cho biết thêm ngày đến nộp hồ sơ." if state is ComplaintStatus.NEEDS_MORE else ""
    refused = (
        "Việc này do Văn phòng đăng ký đất đai giải quyết; chúng tôi đã chuyển."
        if state is ComplaintStatus.REFUSED
        else ""
    )
    status = replace(ANSWERED, state=state, answered_on=None, answer=asked or refused)
    return t.ShowStatus(RECEIPT.number, t.ComplaintFound(status, AS_OF))
