"""Complaints at the district: from the sealed entry to a register, a history that outlives a rebuild, an answer."""

import logging
import random
from base64 import b64decode
from datetime import date, timedelta
from typing import Any

import pytest

from kiosk.domain.complaint import Verdict
from kiosk.domain.entry import EntryType
from kiosk.domain.receipt import mint
from kiosk.domain.reference import ComplaintAnswer
from sync.district.complaints.actions import Form, act, give_verdict, visible
from sync.district.complaints.publish_to_kiosks import tell
from sync.district.domain.complaint_body import (
    UnreadableBody,
    attachment_from,
    comment_from,
    complaint_body_from,
    hash_of_token,
    verdict_from,
)
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.people import Role, SignedIn
from sync.district.projection.loop import ProjectorLoop
from sync.district.projection.project import project, rebuild
from sync.district.projection.release import release
from sync.district.store import complaint_register as register
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.contacts import opened_contacts
from sync.district.store.engine import reading, writing
from sync.protocol.receipt_lookup import key_of, open_closed
from tests.district.conftest import District
from tests.district.test_snapshot import pull, tree
from tests.support.factories import AT, CONTACT, UNIT, told_body

__all__ = ["tree"]

SCHEMES = load_schemes()
NUMBERS = [mint().number for n in range(20)]
NUMBER = NUMBERS[0]
HEAD = SignedIn("head", Role.LEADER, UNIT, "")
SECOND = SignedIn("second", Role.LEADER, None, "")
LAN = SignedIn("lan", Role.OFFICER, UNIT, "", "CB-7")
PROJECTED = {
    "complaints": ("entry_id", "kind", "text", "receipt_number", "batch_id", "sensitive", "about"),
    "complaint_attachments": ("entry_id", "part", "sha256", "batch_id"),
    "complaint_verdicts": ("entry_id", "opinion", "batch_id"),
    "complaint_standings": ("entry_id", "state", "unit_id", "owner", "due_on", "open", "doubled"),
    "unopened": ("device_id", "epoch", "seq", "reason"),
}


def everything(district: District) -> list[Any]:
    return [contacts(district), *(district.rows(table, *columns) for table, columns in PROJECTED.items())]


def contacts(district: District) -> dict[str, dict[str, str] | None]:
    """Who citizens are, by complaint: what is kept is sealed, and each sealing is another."""
    with reading(district.engine) as connection:
        return opened_contacts(connection, dict(district.rows("complaints", "entry_id", "contact")))


def do(district: District, who: SignedIn, entry_id: str, action: Action, **fields: str) -> Case:
    """One action after an hour, by somebody who has seen everything before it."""
    district.clock.pass_by(hours=1)
    with reading(district.engine) as connection:
        seen = visible(connection, who, entry_id, district.clock())[1].last_action
    return act(district.engine, SCHEMES, who, entry_id, Form(action, fields, seen), district.clock())


def answer(district: District, entry_id: str, words: str = "Đã thay ghế mới, cảm ơn Ông/Bà.") -> Case:
    do(district, HEAD, entry_id, Action.TAKE)
    do(district, HEAD, entry_id, Action.DRAFT, text=words)
    return do(district, SECOND, entry_id, Action.APPROVE)


def states(district: District) -> list[str]:
    return [state for (state,) in district.rows("complaint_standings", "state")]


def told_to(district: District, device_id: str) -> list[ComplaintAnswer]:
    while tell(district.engine, SCHEMES, district.clock()):
        pass
    return [change.row for change in pull(district, device_id)[0] if isinstance(change.row, ComplaintAnswer)]


def opened(district: District, row: ComplaintAnswer, number: str = NUMBER) -> dict[str, Any]:
    return open_closed(b64decode(row.closed), key_of(number, district.salt))


@pytest.fixture
def one(district: District) -> District:
    """A district with one complaint and three people."""
    box = district.box()
    box.tell(NUMBER)
    district.accept(box)
    district.overnight()
    with writing(district.engine) as connection:
        for who in (HEAD, SECOND, LAN):
            row = UserRow(
                who.user_name, "x", who.role, who.unit_id, False, who.officer_number, who.officer_number is None
            )
            add_user(connection, row, district.clock())
    return district


def the(district: District) -> str:
    (found,) = district.rows("complaints", "entry_id")
    return str(found[0])


# ---- arriving


def test_a_complaint_of_four_thousand_letters_arrives_letter_for_letter(district: District) -> None:
    dice = random.Random(4)
    said = "".join(dice.choice("ạảấầẩẫậắằẳẵặđẹỉốồổữựỳ \n\u00a0\u200b'\"<&%{}€\U0001f600") for _ in range(4_000))
    box = district.box()
    box.tell(NUMBER, text=said)

    district.accept(box)
    district.project()

    assert district.rows("complaints", "text", "kind", "receipt_number") == [(said, "complaint", NUMBER)]
    assert list(contacts(district).values()) == [CONTACT]
    assert district.rows("complaint_standings", "state", "unit_id", "due_on") == [("new", UNIT, date(2026, 11, 24))]


def test_the_receipts_token_is_kept_nowhere(district: District) -> None:
    box = district.box()
    box.tell(NUMBER, receipt_token="a" * 22)
    district.accept(box)
    district.project()

    assert district.rows("complaints", "token_hash") == [(hash_of_token("a" * 22),)]


def test_what_nobody_can_be_answered_is_kept_as_a_comment(district: District) -> None:
    box = district.box()
    box.tell(NUMBERS[0], contact=None)
    box.tell(NUMBERS[1], contact=CONTACT | {"phone": ""})
    box.tell(NUMBERS[2], kind="comment", contact=None)
    district.accept(box)
    district.project()

    assert district.rows("complaints", "kind") == [("comment",)] * 3


def test_who_cannot_write_a_name_is_asked_it_over_the_telephone_and_nobody_else(district: District) -> None:
    box = district.box()
    box.tell(NUMBERS[0], contact=CONTACT | {"name": ""})
    box.tell(NUMBERS[1], contact=CONTACT | {"name": "", "phone": "", "address": "12 Lê Lợi"})
    district.accept(box)
    district.project()

    assert dict(district.rows("complaints", "receipt_number", "kind")) == {
        NUMBERS[0]: "complaint",
        NUMBERS[1]: "comment",
    }


BAD = [
    {"text": "x" * 4_001},
    {"text": ""},
    {"text": None},
    {"about": "revenge"},
    {"about": "question", "contact": None},
    {"about": "question", "contact": CONTACT | {"name": "", "phone": "", "address": "12 Lê Lợi"}},
    {"receipt_number": NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)},
    {"receipt_number": f"{NUMBER[:4]} {NUMBER[4:]}"},
    {"receipt_number": 5},
    {"receipt_token": "short"},
    {"sentences": "one"},
    {"sentences": ["x" * 65]},
    {"sound_parts": True},
    {"sound_parts": 65},
    {"contact": "0912"},
    {"contact": CONTACT | {"reply_by": "pigeon"}},
    {"contact": CONTACT | {"name": "x" * 201}},
    {"unit_id": ""},
    {"at_s": "now"},
]


@pytest.mark.parametrize("wrong", BAD, ids=lambda wrong: next(iter(wrong)))
def test_a_body_that_is_not_a_complaint_is_named_without_its_words(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnreadableBody) as refused:
        complaint_body_from(told_body(NUMBER) | wrong)

    assert str(refused.value).split(":")[0].split(",")[0] in {*wrong, "contact", "name", "reply_by"}
    assert "Nguyễn" not in str(refused.value)
    assert NUMBER not in str(refused.value)


def test_a_question_that_came_as_a_comment_is_refused_also_with_a_contact() -> None:
    with pytest.raises(UnreadableBody, match="about"):
        comment_from(told_body(NUMBER) | {"about": "question"})


def test_bad_entries_are_set_aside_and_stop_nothing(district: District) -> None:
    box = district.box()
    box.tell(NUMBERS[0], about="revenge")
    box.attach(NUMBERS[1], b"sound", media_type="text/html")
    box.attach(NUMBERS[1], b"sound", sha256="no")
    box.attach(NUMBERS[1], b"sound", data="?")
    box.attach(NUMBERS[1], b"sound", part=3)
    box.judge(NUMBERS[1], "furious")
    box.tell(NUMBERS[2], EntryType.COMMENT, about="question", contact=None)
    box.tell(NUMBERS[4], about="question", contact=None)
    box.tell(NUMBERS[1])
    box.tell(NUMBERS[3], about="question")

    district.accept(box)
    district.project()

    reasons = [reason.split(":")[0] for (reason,) in district.rows("unopened", "reason")]
    assert sorted(reasons) == ["about", "about", "about", "data", "media_type", "opinion", "part", "sha256"]
    assert {about for (about,) in district.rows("complaints", "about")} == {"facilities", "question"}
    assert len(district.rows("complaints", "entry_id")) == 2


def test_bodies_of_attachments_and_verdicts_are_checked() -> None:
    for read in (attachment_from, verdict_from):
        with pytest.raises(UnreadableBody):
            read({"at_s": AT, "receipt_number": NUMBER})


def busy(district: District) -> None:
    """Complaints, sound and verdicts of several boxes in any order, some twice, some bad; and what people did."""
    dice, boxes = random.Random(3), [district.box(counter=None) for _ in range(3)]
    for n, number in enumerate(NUMBERS[:9]):
        box = boxes[n % 3]
        steps = [lambda b=box, x=number, i=n: b.tell(x, text=f"Điều {i}"), lambda b=box, x=number: b.judge(x)]
        steps += [lambda b=box, x=number: b.attach(x, dice.randbytes(900), 3)]
        dice.shuffle(steps)
        for step in steps:
            step()
    boxes[0].tell(NUMBERS[0], text="Cùng mã số")
    boxes[0].tell(NUMBERS[0], about="nothing")
    for box in boxes:
        for first in reversed(range(1, len(box.entries) + 1, 4)):
            district.accept(box, box.batch(first, min(first + 3, len(box.entries))))
        again = box.entries[0]
        box.open_epoch()
        box.record(again)
        district.accept(box)


def test_rebuild_gives_the_same_and_keeps_what_people_did(district: District) -> None:
    busy(district)
    while project(district.engine, district.keys, most=1):
        pass
    district.overnight()
    release(district.engine, district.clock())
    ids = [entry_id for entry_id, state in district.rows("complaint_standings", "entry_id", "state") if state == "new"]
    answer(district, ids[0])
    do(district, HEAD, ids[1], Action.PROPOSE_REFUSAL, text="Không thuộc thẩm quyền")
    do(district, SECOND, ids[1], Action.APPROVE)
    give_verdict(district.engine, SCHEMES, ids[0], Verdict.GO_ON, district.clock())
    before, done = everything(district), district.rows("complaint_actions", "action_id", "action", "content")

    rebuild(district.engine, district.keys)

    assert everything(district) == before
    assert district.rows("complaint_actions", "action_id", "action", "content") == done
    assert set(states(district)) == {"new", "refused", "received"}
    assert sum(doubled for (doubled,) in district.rows("complaint_standings", "doubled")) == 1


def test_an_attachment_may_come_before_its_complaint_and_in_any_order(district: District) -> None:
    box, sound = district.box(), random.Random(1).randbytes(10_000)
    box.attach(NUMBER, sound, parts=3)
    box.tell(NUMBER, text="", sound_parts=3)

    district.accept(box, box.batch(3, 4))
    district.project()
    with reading(district.engine) as connection:
        (early,) = register.sounds_of(connection, NUMBER, district.clock() + timedelta(days=1))
    district.accept(box, box.batch(1, 2))
    district.project()

    with reading(district.engine) as connection:
        (sound_row,) = register.sounds_of(connection, NUMBER, district.clock() + timedelta(days=1))
        parts = register.sound_parts(connection, NUMBER, sound_row.sha256)
    assert (early.arrived, sound_row.arrived, sound_row.parts) == (1, 3, 3)
    assert b"".join(parts[n] for n in sorted(parts)) == sound


def test_a_receipt_number_that_comes_twice_is_flagged_and_both_are_kept(district: District) -> None:
    box = district.box()
    first, second = box.tell(NUMBER, text="Một"), box.tell(NUMBER, text="Hai")
    district.accept(box, box.batch(2, 2))
    district.project()
    district.accept(box, box.batch(1, 1))
    district.project()

    doubled = dict(district.rows("complaint_standings", "entry_id", "doubled"))
    assert doubled == {second.entry_id: False, first.entry_id: True}
    with reading(district.engine) as connection:
        assert register.id_by_number(connection, NUMBER) == second.entry_id


def test_the_log_holds_no_word_name_or_number(district: District, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    box = district.box()
    box.tell(NUMBER, text="câu bí mật")
    box.tell(NUMBERS[1], about="x", text="câu bí mật")
    district.accept(box)
    follower = ProjectorLoop(district.engine, district.keys, SCHEMES, district.clock)
    for _ in range(4):
        follower.tick()

    for secret in ("bí mật", "Nguyễn", "0912345123", NUMBER, NUMBERS[1]):
        assert secret not in caplog.text
