"""Góp ý and phản ánh become sealed entries and a receipt; answers are found by number; the file betrays no one."""

import base64
import hashlib
import json
import queue
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from kiosk.box.agent_lock import held
from kiosk.box.box import Box
from kiosk.box.facts import WORDS_CLASS
from kiosk.cli.run import listen_to_speech
from kiosk.desk.complaints import shipped_consent, shipped_deadlines
from kiosk.desk.desk import KioskDesk
from kiosk.domain.complaint import About, ComplaintStatus, PublicStatus, ReplyBy, Verdict
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import InputMethod, Stage
from kiosk.domain.receipt import mint, read
from kiosk.domain.reference import (
    ENTRIES_OF_2,
    ENTRIES_OF_4,
    SUPPLEMENTS,
    ComplaintAnswer,
    Counter,
    HolidayList,
    Officer,
    Reception,
    ThisBox,
    Unit,
    Wording,
)
from kiosk.flow.state.complaint import ComplaintFound, FilledComplaint, PrintReceipt, Supplement
from kiosk.flow.state.complaint_draft import ComplaintDraft, Manner, Reach
from kiosk.flow.state.lobby import OfficerChoice, ReplyPromise
from kiosk.flow.state.printing import ReceiptPaper
from kiosk.flow.state.rating_draft import Subject
from kiosk.flow.state.recording import Recording
from kiosk.flow.state.screens import LobbyLoaded
from kiosk.paths import shipped_scheme
from kiosk.settings import MicrophoneOptions
from kiosk.shell import CannotSave
from kiosk.store import box_state, complaints, ledger, reference
from sync.protocol.receipt_lookup import close, key_of
from sync.protocol.seal import unseal
from sync.protocol.snapshot import Change

CODE = "H35.13.02-261118-0042"
PLANTED = "Người trực quầy nói to với mẹ tôi."
LETTERS = "Ă â đ Ê ô ơ Ư ế ữ ằ ngoằn ngoèo, 24/7 “đúng hẹn” – "
LONG = (LETTERS * 100)[:4000]
COMPLAINT = ComplaintDraft(
    wants_reply=True,
    about=About.CONDUCT,
    subject=Subject(InputMethod.SCAN, Stage.RETURN, DossierCode(CODE), "H35.13-q2"),
    officer=OfficerChoice("CB-02", "Công chức Tư pháp"),
    manner=Manner.PICKED,
    sentences=("waited-long",),
    text=PLANTED,
    name="Nguyễn Thị Ánh",
    reach=Reach.PHONE,
    contact="0912345123",
    reply_by=ReplyBy.SMS,
    consent="dong-y-1",
    entry_id="0190-rating",
)
COMMENT = ComplaintDraft(wants_reply=False, about=About.FACILITIES, manner=Manner.WRITTEN, text="Thiếu ghế.")


def know(box: Box, *rows) -> None:
    with box.store.write() as tx:
        reference.apply(tx, [Change(row) for row in rows], box.keys.lookup, full=False)


SALT = bytes(range(16))


@pytest.fixture
def numbered(box: Box, desk: KioskDesk) -> KioskDesk:
    """A desk of a box that the district gave a number."""
    know(box, ThisBox("kiosk-1", 10_000, "https://mot-cua.example/bn", receipt_salt=base64.b64encode(SALT).decode()))
    return desk


@pytest.fixture
def numbered_only(box: Box, desk: KioskDesk) -> KioskDesk:
    """A desk of a box whose district knows numbers of 16 digits only."""
    know(box, ThisBox("kiosk-1", 10_000, "https://mot-cua.example/bn"))
    return desk


def entries(box: Box, district) -> list[tuple[str, dict]]:
    with box.store.read() as tx:
        kept = [each.envelope for each in ledger.rows(tx, 1) if each.envelope.type != "boot"]
    return [(each.type, unseal(each.sealed, district.sealing)) for each in kept]


def test_a_complaint_is_sealed_with_everything_that_was_told(box, numbered, district):
    receipt = numbered.save_words(FilledComplaint(COMPLAINT, "vi"))

    ((kind, body),) = entries(box, district)
    assert kind == "complaint"
    assert body == {
        "at_s": 1795228200, "up_s": 1000, "boot": "1f3a", "offset_s": None, "unit_id": "H35.13",
        "counter_id": "H35.13-q2", "dossier_code": CODE, "language": "vi", "about": "conduct", "text": PLANTED,
        "sentences": ["waited-long"], "sound_parts": 0, "officer_number": "CB-02", "written_by_helper": False,
        "contact": {"name": "Nguyễn Thị Ánh", "phone": "0912345123", "address": "", "email": "", "reply_by": "sms"},
        "consent": "dong-y-1", "about_entry": "0190-rating", "receipt_number": receipt.number,
        "receipt_token": receipt.token, "input": "mixed",
    }  # fmt: skip


def test_a_comment_carries_no_name_even_if_one_was_typed_before(box, numbered, district):
    anonymous = replace(COMPLAINT, wants_reply=False)

    numbered.save_words(FilledComplaint(anonymous, "vi"))

    ((kind, body),) = entries(box, district)
    assert (kind, body["contact"], body["consent"]) == ("comment", None, "")
    assert "Ánh" not in str(body)


def test_a_comment_gets_a_receipt_too(box, numbered, district):
    receipt = numbered.save_words(FilledComplaint(COMMENT, "en"))

    ((_, body),) = entries(box, district)
    assert read(receipt.number) == receipt.number
    assert len(receipt.number) == 20
    assert (body["receipt_number"], body["language"], body["input"]) == (receipt.number, "en", "typed")


def test_four_thousand_letters_come_back_letter_for_letter(box, numbered, district):
    numbered.save_words(FilledComplaint(replace(COMMENT, text=LONG), "vi"))

    ((_, body),) = entries(box, district)
    assert (len(LONG), body["text"]) == (4000, LONG)


def test_short_and_long_words_look_alike_on_the_disk(box, numbered):
    numbered.save_words(FilledComplaint(COMMENT, "vi"))
    numbered.save_words(FilledComplaint(replace(COMMENT, text=LONG[:1500]), "vi"))

    with box.store.read() as tx:
        sizes = {len(kept.envelope.sealed) for kept in ledger.rows(tx, 1) if kept.envelope.type == "comment"}
    assert len(sizes) == 1


def test_the_folder_of_the_box_shows_neither_words_nor_name_nor_number(box, numbered, tmp_path):
    receipt = numbered.save_words(FilledComplaint(COMPLAINT, "vi"))
    numbered.save_verdict(receipt.number, Verdict.GO_ON)
    box.store.close()

    whole = b"".join(path.read_bytes() for path in Path(tmp_path).rglob("*") if path.is_file())
    for secret in (PLANTED, "người trực", "Ánh", "0912345123", CODE, "waited-long", receipt.number, receipt.token):
        assert secret.encode() not in whole


def test_a_box_without_a_number_takes_no_words_and_offers_none(box, desk, district):
    with pytest.raises(CannotSave, match="number"):
        desk.save_words(FilledComplaint(COMMENT, "vi"))

    assert desk.lobby().intake is None
    assert entries(box, district) == []


def test_the_same_number_is_not_given_twice(box, numbered, monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr("kiosk.domain.receipt.secrets.randbelow", lambda _: next(drawn))

    first = numbered.save_words(FilledComplaint(COMMENT, "vi"))
    second = numbered.save_words(FilledComplaint(COMMENT, "vi"))

    assert (first.number[:18], second.number[:18]) == (f"{7:018}", f"{8:018}")


def test_a_district_without_a_salt_gets_the_numbers_it_understands(box, numbered_only):
    receipt = numbered_only.save_words(FilledComplaint(COMMENT, "vi"))

    assert (len(receipt.number), receipt.number[:5]) == (16, "10000")
    assert numbered_only.look_up(receipt.number).own
    assert numbered_only.look_up(mint().number) == ComplaintFound(None)


@pytest.mark.parametrize("salt", ["", "AAAA", "no base64", "ŧ"])
def test_a_salt_that_is_none_does_not_keep_a_citizen_from_a_receipt(box, desk, salt):
    know(box, ThisBox("kiosk-1", 10_000, receipt_salt=salt))

    assert len(desk.save_words(FilledComplaint(COMMENT, "vi")).number) == 16


def test_a_number_is_worked_out_once_for_a_receipt(box, numbered, monkeypatch):
    worked_out = []
    monkeypatch.setattr("kiosk.desk.complaints.key_of", lambda *asked: worked_out.append(asked) or key_of(*asked))

    numbered.save_words(FilledComplaint(COMMENT, "vi"))

    assert len(worked_out) == 1


def test_numbers_given_out_are_kept_without_their_order(box, numbered):
    given = [numbered.save_words(FilledComplaint(COMMENT, "vi")).number for _ in range(3)]

    with box.store.read() as tx:
        kept = list(tx.execute(text("SELECT * FROM given_receipts")).scalars())
        columns = tx.execute(text("SELECT count(*) FROM pragma_table_info('given_receipts')")).scalar()
    assert kept == sorted(key_of(number, SALT).lookup_id for number in given)
    assert columns == 1


def test_a_verdict_is_an_entry_of_its_own(box, numbered, district):
    numbered.save_verdict("1000012345678933", Verdict.NOT_SATISFIED)

    ((kind, body),) = entries(box, district)
    assert (kind, body["receipt_number"], body["opinion"]) == ("verdict", "1000012345678933", "not_satisfied")


@pytest.mark.parametrize(("version", "sent"), [(SUPPLEMENTS, False), (ENTRIES_OF_4, True)])
def test_the_code_of_the_receipt_goes_with_a_verdict_to_a_district_that_reads_it(box, desk, district, version, sent):
    know(box, ThisBox("kiosk-1", 10_000, entry_version=version))

    desk.save_verdict("1000012345678933", Verdict.SATISFIED, "t" * 22)
    desk.save_verdict("1000012345678933", Verdict.SATISFIED)

    (_, with_code), (_, without) = entries(box, district)
    assert with_code.get("receipt_token") == ("t" * 22 if sent else None)
    assert "receipt_token" not in without
    with box.store.read() as tx:
        assert len({len(row.envelope.sealed) for row in ledger.rows(tx, 1) if row.envelope.type == "verdict"}) == 1


@pytest.mark.parametrize(("text", "will_bring", "token"), [("  Tôi nộp ngày 12/10. ", False, "t" * 22), ("", True, "")])
def test_what_is_answered_to_a_question_is_an_entry_of_its_own(box, numbered, district, text, will_bring, token):
    numbered.save_supplement(Supplement("1000012345678933", token, text, will_bring))

    ((kind, body),) = entries(box, district)
    assert kind == "supplement"
    said = {name: body[name] for name in ("receipt_number", "receipt_token", "text", "will_bring")}
    assert tuple(said.values()) == ("1000012345678933", token, text.strip(), will_bring)
    with box.store.read() as tx:
        sizes = [len(row.envelope.sealed) for row in ledger.rows(tx, 1) if row.envelope.type == kind]
    assert sizes == [WORDS_CLASS + 48]


def test_a_withdrawal_is_an_entry_of_its_own_and_offered_only_where_the_district_reads_it(box, numbered, district):
    number = "1000012345678933"
    numbered.save_withdrawal(number, "t" * 22)

    ((kind, body),) = entries(box, district)
    assert (kind, body["receipt_number"], body["receipt_token"]) == ("withdrawal", number, "t" * 22)
    for version, may in ((ENTRIES_OF_4, False), (ENTRIES_OF_4 + 1, True)):
        know(box, answered(number), ThisBox("kiosk-1", 10_000, entry_version=version))
        assert numbered.look_up(number).may_withdraw is may


@pytest.mark.parametrize(("version", "may"), [(1, False), (ENTRIES_OF_2, False), (SUPPLEMENTS, True)])
def test_a_question_is_answered_only_where_the_district_reads_the_answer(box, numbered, version, may):
    number = "1000012345678933"
    asked = answered(number, state="needs_more", answer="Ngày nào?")
    know(box, asked, ThisBox("kiosk-1", 10_000, entry_version=version))

    assert numbered.look_up(number).may_answer is may


def test_a_question_is_taken_and_promised_as_the_district_says(box, numbered, district):
    printed: list[ReceiptPaper] = []
    numbered.print_on(printed.append, lambda: None)
    before = numbered.lobby().intake.question_reply
    know(box, ThisBox("kiosk-1", 10_000, question_days=1))
    numbered.print_receipt(PrintReceipt(mint(), answered=True, language="vi", question=True))

    assert (before, numbered.lobby().intake.question_reply) == (None, ReplyPromise(1))
    assert [paper.days for paper in printed] == [1]
    numbered.save_words(FilledComplaint(replace(COMPLAINT, about=About.QUESTION), "vi"))
    assert entries(box, district)[-1][1]["about"] == "question"


def answered(number: str, **content: object) -> ComplaintAnswer:
    key = key_of(number)
    return ComplaintAnswer(key.lookup_id, base64.b64encode(close(dict(content), key)).decode())


def test_an_answer_is_found_by_its_number_alone(box, numbered):
    number = "1000012345678933"
    know(box, answered(number, state="answered", office="UBND xã", answered_on="2026-11-20", answer="Đã nhắc nhở."))

    look = numbered.look_up(number)

    assert look.status == PublicStatus(
        ComplaintStatus.ANSWERED, "UBND xã", answered_on=date(2026, 11, 20), answer="Đã nhắc nhở."
    )
    assert numbered.look_up("2000012345678985").status is None


def test_a_number_of_this_box_is_known_before_anything_was_sent(numbered):
    receipt = numbered.save_words(FilledComplaint(COMMENT, "vi"))

    assert numbered.look_up(receipt.number) == ComplaintFound(None, "", own=True)


def test_an_answer_that_does_not_open_is_told_as_not_yet_heard_of(box, numbered):
    number = "1000012345678933"
    know(box, ComplaintAnswer(key_of(number).lookup_id, base64.b64encode(b"x" * 200).decode()))

    assert numbered.look_up(number).status is None


def test_the_intake_is_of_this_unit_and_of_today(box, numbered):
    know(
        box,
        Unit("H35", "Tỉnh", "province"),
        Unit("H35.13", "Xã", "commune", "H35"),
        Reception("H35", "Ban Tiếp công dân tỉnh"),
        Counter("H35.13-q1", "H35.13", "Quầy 1"),
        Officer("CB-02", "H35.13", "Công chức Tư pháp", "H35.13-q1"),
        Officer("CB-01", "H35.13", "Người đã nghỉ", valid_to=date(2026, 1, 1)),
        Wording("c2", "consent", {"version": "dong-y-2", "words": {"vi": "Tôi đồng ý."}}, date(2026, 1, 1)),
        Wording("c3", "consent", {"version": "dong-y-3", "words": {"vi": "Sau này."}}, date(2027, 1, 1)),
        Wording("s1", "sentences", {"sentences": "broken"}),
    )

    intake = numbered.lobby().intake

    assert intake is not None
    assert intake.consent.version == "dong-y-2"
    assert [each.officer_number for each in intake.officers] == ["CB-02"]
    assert [each.counter_id for each in intake.counters] == ["H35.13-q1"]
    assert intake.reception is not None
    assert intake.reception.name == "Ban Tiếp công dân tỉnh"
    assert intake.public_url == "https://mot-cua.example/bn"
    assert len(intake.sentences) > 10


def test_a_kind_of_question_that_is_newer_than_the_kiosk_leaves_the_office_its_own_sentences(box, numbered):
    rows = [
        {"id": each, "words": {"vi": "Câu."}, "about": [about]} for each, about in (("a", "rule"), ("b", "weather"))
    ]
    know(box, Wording("s1", "sentences", {"version": 2, "sentences": rows}))

    intake = numbered.lobby().intake

    assert intake is not None
    assert [each.sentence_id for each in intake.sentences] == ["a"]


def test_a_date_is_promised_only_where_what_is_told_arrives_today(box, numbered):
    year = shipped_scheme("holidays-2026.toml")
    days = shipped_deadlines()[-1].working_days["answer"]
    offline, unlisted = ReplyPromise(days), ReplyPromise(days)
    folder = box.store.file.parent

    assert numbered.lobby().intake.reply == offline, "no agent has ever run"
    with held(folder), box.store.write() as tx:
        box_state.put(tx, "sync", {"state": "idle"})
    with held(folder):
        assert numbered.lobby().intake.reply == unlisted, "nobody knows the holidays of this year"
        know(box, HolidayList(2026, json.loads(json.dumps(year, default=str))))
        promised = numbered.lobby().intake.reply

        with box.store.write() as tx:
            box_state.put(tx, "sync", {"state": "waiting", "reason": "no network", "failures": 3})
        assert numbered.lobby().intake.reply == offline

    assert promised == ReplyPromise(15, date(2026, 12, 11))  # told on Saturday 21 November
    assert numbered.lobby().intake.reply == offline, "the agent does not run"


def test_the_paper_promises_what_the_screen_promises(box, numbered):
    printed = []
    numbered.print_on(printed.append, lambda: None)

    receipt = numbered.save_words(FilledComplaint(COMPLAINT, "vi"))
    numbered.print_receipt(PrintReceipt(receipt, answered=True, language="vi"))
    numbered.print_receipt(PrintReceipt(receipt, answered=False, language="vi"))

    reply = numbered.lobby().intake.reply
    assert [(paper.due, paper.days) for paper in printed] == [(reply.due, reply.working_days), (None, 0)]
    assert printed[0].page == "https://mot-cua.example/bn"


def test_without_a_word_from_the_district_the_shipped_consent_is_read(numbered):
    intake = numbered.lobby().intake

    assert intake is not None
    assert intake.consent == shipped_consent()


def test_the_number_of_the_enrolment_gives_way_to_the_snapshots(box):
    with box.store.write() as tx:
        complaints.keep_box_number(tx, "kiosk-1", complaints.BoxNumber(10_001))
        complaints.keep_box_number(tx, "kiosk-1", complaints.BoxNumber(10_009))
        first = complaints.box_number(tx, "kiosk-1")
    know(box, ThisBox("kiosk-1", 10_002, "https://mot-cua.example/bn"))

    with box.store.read() as tx:
        assert (first, complaints.box_number(tx, "kiosk-1")) == (
            complaints.BoxNumber(10_001),
            complaints.BoxNumber(10_002, "https://mot-cua.example/bn"),
        )


class Spoken:
    """Stands for the microphone: what was spoken is there."""

    seconds = 120

    def __init__(self, data: bytes) -> None:
        self.recording: Recording | None = Recording(bytearray(data), 80_000)


SPOKEN = replace(COMMENT, manner=Manner.SPOKEN, text="", spoken_ms=80_000)
SOUND = bytes(range(256)) * 700


def test_what_was_spoken_arrives_whole_behind_its_words(box, numbered, district):
    numbered.sound = Spoken(SOUND)

    receipt = numbered.save_words(FilledComplaint(SPOKEN, "vi"))

    (kind, words), *attached = entries(box, district)
    assert (kind, words["input"], words["sound_parts"]) == ("comment", "spoken", len(attached))
    assert {kind for kind, _ in attached} == {"attachment"}
    assert all((body["receipt_number"], body["media_type"]) == (receipt.number, "audio/ogg") for _, body in attached)
    whole = b"".join(base64.b64decode(body["data"]) for _, body in attached)
    assert (whole, {body["sha256"] for _, body in attached}) == (SOUND, {hashlib.sha256(SOUND).hexdigest()})


def test_a_short_and_a_long_last_part_look_alike_on_the_disk(box, numbered):
    for sound in (b"OggS", SOUND):
        numbered.sound = Spoken(sound)
        numbered.save_words(FilledComplaint(SPOKEN, "vi"))

    with box.store.read() as tx:
        sealed = [each.envelope.sealed for each in ledger.rows(tx, 1) if each.envelope.type == "attachment"]
    assert len({len(each) for each in sealed}) == 1


def test_words_without_their_sound_are_not_sent(box, numbered, district):
    with pytest.raises(CannotSave):
        numbered.save_words(FilledComplaint(SPOKEN, "vi"))

    assert entries(box, district) == []


def test_speaking_is_offered_where_there_is_a_microphone(numbered):
    without = numbered.lobby().intake
    numbered.sound = Spoken(SOUND)

    assert (without.speech_seconds, numbered.lobby().intake.speech_seconds) == (0, 120)


class Window:
    """Stands for the window: does at once what it is asked to, and tells which board it was given."""

    def __init__(self) -> None:
        self.boards: queue.Queue[LobbyLoaded] = queue.Queue()
        self.dispatch_event = self.boards.put

    def call(self, action) -> None:
        action()

    def post(self, event) -> None:
        raise AssertionError(event)


def test_a_microphone_that_comes_later_is_offered_then(numbered, monkeypatch):
    troubles = iter(["it gives no sound", "it cannot be opened", ""])
    monkeypatch.setattr("kiosk.hardware.sound.microphone.cannot_record", lambda device: next(troubles))
    monkeypatch.setattr("kiosk.cli.run.MICROPHONE_SECONDS", 0)
    options = MicrophoneOptions(enabled=True, device="default", longest=90)
    window = Window()

    listen_to_speech(SimpleNamespace(microphone=options), window, numbered)

    loaded = window.boards.get(timeout=30)
    assert loaded.lobby.intake.speech_seconds == 90
    assert next(troubles, None) is None
