"""A citizen who was asked for more answers: on the public page or at a kiosk, kept whenever it comes, and the office's
wait ends when it has arrived with the receipt's own code."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.complaint import MAX_TEXT
from sync.district.complaints import actions
from sync.district.complaints.actions import MAX_SUPPLEMENTS, NotThere, Supplement, add_more, visible
from sync.district.domain.checks import UnreadableBody
from sync.district.domain.complaint_body import supplement_from
from sync.district.domain.complaint_case import Case, fold_steps
from sync.district.domain.complaint_steps import READS_MORE, Action, LaterWords, Status, Step
from sync.district.domain.deadlines import DueDate
from sync.district.domain.people import Role, SignedIn
from sync.district.projection.project import rebuild
from sync.district.projection.release import release
from sync.district.store.engine import reading
from tests.district.complaint_office import HEAD, LAN, MINH, SECOND, Office
from tests.district.conftest import District
from tests.district.test_complaint_clock import RULES
from tests.district.test_complaint_lookup import matter
from tests.district.test_complaint_pages import browse, office
from tests.district.test_complaints import HEAD as LEADER
from tests.district.test_complaints import NUMBER, SCHEMES, do, one, the
from tests.support.factories import AT

__all__ = ["office", "one"]

ARRIVED = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
ASKED = "Xin Ông/Bà cho biết ngày nộp hồ sơ."
SAID = "Tôi nộp ngày 12/10, ở quầy tiếp nhận."
TOKEN = "t" * 22
WAITING = ((1, Action.TAKE), (1, Action.START), (2, Action.ASK_MORE))


def added(day: float, number: int, given: float | None = None, **content: Any) -> Step:
    said = {"text": SAID, "will_bring": False, "confirmed": True} | content
    given_at = None if given is None else ARRIVED + timedelta(days=given)
    return Step(ARRIVED + timedelta(days=day), Action.SUPPLEMENT, "", said, number, given_at)


def case(*steps: tuple[float, Action] | Step) -> Case:
    content = {"text": ASKED, "unit_id": "V", "owner": "lan", "reached": "yes", "by": "call"}
    content |= {"about": "conduct", "sensitive": "no", "result": "not_true", "into": "x"}
    made = [
        each if isinstance(each, Step) else Step(ARRIVED + timedelta(days=each[0]), each[1], "lan", content, n)
        for n, each in enumerate(steps, start=1)
    ]
    return fold_steps("U", ARRIVED, False, made, reply_by="call")


# ---- what it does to the matter


def test_an_answer_with_the_code_ends_the_wait_on_the_day_it_arrived() -> None:
    by_kiosk = case(*WAITING, added(8, 4, given=7))
    by_page = case(*WAITING, added(7, 4))

    for answered in (by_kiosk, by_page):
        assert answered.state is Status.IN_PROGRESS
        assert RULES.explain_answer(answered) == DueDate(date(2026, 4, 3), date(2026, 3, 10), 15, 0, 3, False)
        assert answered.supplemented_at is not None
    assert by_kiosk.since - by_page.since == timedelta(days=1), "those who answer see it a day later"


@pytest.mark.parametrize(
    "content",
    [
        {"confirmed": False},
        {"text": "", "will_bring": True},
        {"will_bring": True},
    ],
)
def test_by_the_number_alone_or_while_papers_are_still_to_come_the_clock_stays_as_it_is(content: Any) -> None:
    before, after = case(*WAITING), case(*WAITING, added(7, 4, **content))

    assert after.state is Status.NEEDS_MORE
    assert RULES.explain_answer(after) == RULES.explain_answer(before)
    assert RULES.next_due(after) == RULES.next_due(before)
    assert after.supplemented_at is not None
    assert after.unheard == ()


def test_what_arrived_before_the_question_was_asked_does_not_answer_it() -> None:
    asked_again = case(*WAITING, (7, Action.MORE_CAME), (7.5, Action.ASK_MORE), added(8, 6, given=7.2))

    assert asked_again.state is Status.NEEDS_MORE
    assert len(asked_again.supplements) == 1


def test_an_answer_after_the_wait_has_run_out_moves_the_date_no_further_than_the_wait_may() -> None:
    late = case(*WAITING, added(60, 4))

    assert late.state is Status.IN_PROGRESS
    assert RULES.answer_due(late) == RULES.answer_due(case(*WAITING))


@pytest.mark.parametrize(
    "way",
    [
        (),
        ((1, Action.TAKE),),
        (*WAITING, (7, Action.TRANSFER)),
        (*WAITING, (7, Action.DRAFT)),
        (*WAITING, (7, Action.DRAFT), (8, Action.APPROVE)),
        (*WAITING, (7, Action.DRAFT), (8, Action.APPROVE), (9, Action.INFORM), (10, Action.CLOSE)),
    ],
)
def test_whatever_has_become_of_the_matter_it_is_kept_and_changes_nothing_else(way: Any) -> None:
    before, after = case(*way), case(*way, added(30, 9))

    assert (after.state, after.waits, after.since, after.owner) == (
        before.state,
        before.waits,
        before.since,
        before.owner,
    )
    assert after.supplements == (ARRIVED + timedelta(days=30),)
    assert after.supplemented_at == after.supplements[0]
    assert after.to_inform == before.to_inform


@pytest.mark.parametrize("action", sorted(READS_MORE))
def test_who_goes_on_with_the_matter_has_read_it_and_who_hands_it_on_has_not(action: Action) -> None:
    unread = case(*WAITING, added(7, 4, confirmed=False))
    state = {
        Action.ASK_MORE: ((6, Action.MORE_CAME),),
        Action.APPROVE: ((6, Action.DRAFT),),
        Action.SEND_BACK: ((6, Action.DRAFT),),
        Action.CLOSE: ((5, Action.DRAFT), (6, Action.APPROVE), (6.5, Action.INFORM)),
        Action.REOPEN: ((5, Action.DRAFT), (6, Action.APPROVE)),
        Action.CONCLUDE: ((6, Action.CLASSIFY),),
    }.get(action, ())
    read = case(*WAITING, *state, added(7, 8, confirmed=False), (8, action))
    handed_on = case(
        *WAITING, added(7, 4, confirmed=False), (8, Action.ASSIGN), (9, Action.TRANSFER), (10, Action.TAKE)
    )

    assert unread.allows(Action.READ_MORE)
    assert (read.supplemented_at, read.unheard) == (None, ())
    assert not read.allows(Action.READ_MORE)
    assert handed_on.supplemented_at is not None


def test_who_answers_with_the_code_knows_what_was_asked_and_is_not_called_about_it() -> None:
    assert case(*WAITING).to_inform == ("ask_more",)
    assert case(*WAITING, added(3, 4, text="", will_bring=True)).to_inform == ()
    assert case(*WAITING, added(3, 4, confirmed=False)).to_inform == ("ask_more",)


STEPS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from([*Action])) | st.builds(
        lambda day, late, confirmed, bring: added(day, 0, given=day - late, confirmed=confirmed, will_bring=bring),
        st.integers(0, 40), st.integers(0, 1), st.booleans(), st.booleans(),
    ),
    max_size=14,
)  # fmt: skip


@given(STEPS)
def test_no_supplement_is_ever_lost_and_no_wait_ends_before_it_began(steps: Any) -> None:
    kept = [each for each in steps if isinstance(each, Step) or each[1] not in (Action.VERDICT, Action.SUPPLEMENT)]
    with_all = case(*kept)
    arrived = [each for each in kept if isinstance(each, Step)]

    assert len(with_all.supplements) == len(arrived)
    assert not [step for step in with_all.unheard if step.action is Action.SUPPLEMENT]
    for first, last in with_all.waits:
        assert last is None or first <= last


# ---- what arrives from a kiosk


def test_the_body_is_checked() -> None:
    body = {"at_s": AT, "receipt_number": NUMBER, "receipt_token": "", "text": SAID, "will_bring": False}
    assert supplement_from(body).token_hash is None
    for wrong in (
        {"text": " ", "will_bring": False},
        {"text": "x" * (MAX_TEXT + 1)},
        {"receipt_token": "short"},
        {"receipt_token": None},
        {"will_bring": "yes"},
        {"receipt_number": "1"},
    ):
        with pytest.raises(UnreadableBody):
            supplement_from(body | wrong)
    assert SAID not in repr(supplement_from(body))


def ask(district: District) -> None:
    do(district, LEADER, the(district), Action.TAKE)
    do(district, LEADER, the(district), Action.ASK_MORE, text=ASKED)


def stands(district: District, who: SignedIn = LEADER) -> Case:
    with reading(district.engine) as connection:
        return visible(connection, who, the(district), district.clock())[1]


def arrives(district: District, *texts: str, token: str = "", **body: Any) -> None:
    box = district.box()
    for text in texts:
        box.supplement(NUMBER, text, token=token, **body)
    district.accept(box)
    district.project()


def test_it_is_seen_on_the_day_after_it_came_and_counts_from_the_day_it_came(one: District) -> None:
    ask(one)
    one.clock.pass_by(days=1)
    came_at = one.clock()
    arrives(one, SAID, token=TOKEN)
    same_day, shown = stands(one), one.rows("complaint_standings", "state", "supplemented_at")
    one.overnight()
    release(one.engine, one.clock())
    next_day = stands(one)

    assert (same_day.state, same_day.supplements) == (Status.NEEDS_MORE, ())
    assert shown == [("needs_more", None)]
    assert next_day.state is Status.IN_PROGRESS
    assert next_day.waits[0][1] == came_at
    assert one.rows("complaint_standings", "state")[0] == ("in_progress",)


def test_with_another_receipts_code_it_counts_as_by_the_number_alone(one: District) -> None:
    ask(one)
    arrives(one, SAID, token="x" * 22)
    one.overnight()
    release(one.engine, one.clock())

    assert stands(one).state is Status.NEEDS_MORE
    assert len(stands(one).supplements) == 1


def test_it_may_come_twice_or_before_its_complaint_and_a_rebuild_gives_the_same(district: District) -> None:
    box = district.box()
    box.tell(NUMBER, text="Ghế hỏng", receipt_token=TOKEN)
    said = box.supplement(NUMBER, SAID, token=TOKEN)
    district.accept(box, box.batch(2, 2))
    district.project()
    district.accept(box, box.batch(1, 1))
    district.project()
    box.open_epoch()
    box.record(said)
    district.accept(box)
    district.project()
    district.overnight()
    release(district.engine, district.clock())
    columns = ("entry_id", "state", "supplemented_at", "later_words", "restriction")
    before = district.rows("complaint_standings", *columns)
    rebuild(district.engine, district.keys)

    assert len(stands_of(district).supplements) == 1
    assert district.rows("complaint_standings", *columns) == before
    assert before[0][2] is not None


def stands_of(district: District) -> Case:
    ((entry_id,),) = district.rows("complaints", "entry_id")
    head = SignedIn("head", Role.LEADER, None, "")
    with reading(district.engine) as connection:
        return visible(connection, head, entry_id, district.clock())[1]


# ---- who may see it


def test_whom_the_added_words_name_does_not_see_the_matter_though_it_was_classified(office: Any) -> None:
    world: Office = office[0]
    world.do(HEAD, "ramp", Action.CLASSIFY, about="facilities", sensitive="no")
    world.do(LAN, "ramp", Action.TAKE)
    world.do(LAN, "ramp", Action.ASK_MORE, text=ASKED)
    token = "ramp".ljust(22, "_")
    browse(office).post("/tra-cuu/bo-sung", {"token": token, "text": "Chính cán bộ số hiệu CB-7 bảo tôi thế."})
    with reading(world.district.engine) as connection, pytest.raises(NotThere):
        visible(connection, LAN, world.ids["ramp"], world.district.clock())
    page = browse(office, HEAD).get(f"/complaints/{world.ids['ramp']}").text
    world.do(HEAD, "ramp", Action.CLASSIFY, about="facilities", sensitive="no", text="Đã hỏi lại")

    assert 'id="restricted"' in page
    assert browse(office, LAN).get(f"/complaints/{world.ids['ramp']}").status_code == 200


def test_words_of_bribery_are_for_the_heads_alone_until_somebody_classifies_them(office: Any) -> None:
    world: Office = office[0]
    world.do(HEAD, "ramp", Action.CLASSIFY, about="facilities", sensitive="no")
    world.do(HEAD, "ramp", Action.TAKE)
    world.do(HEAD, "ramp", Action.ASK_MORE, text=ASKED)
    path = f"/complaints/{world.ids['ramp']}"
    before = browse(office, MINH).get(path).status_code
    token = "ramp".ljust(22, "_")
    browse(office).post("/tra-cuu/bo-sung", {"token": token, "text": "Họ đòi phong bì 500 nghìn thì mới làm."})

    assert before == 200
    assert browse(office, MINH).get(path).status_code == 404
    assert "500 nghìn" not in browse(office, MINH).get("/complaints?show=all").text
    assert "500 nghìn" in browse(office, HEAD).get(path).text


# ---- the public page


def asked(office: Any, name: str = "ramp") -> tuple[Office, str, str]:
    world: Office = office[0]
    world.do(HEAD, name, Action.TAKE)
    world.do(HEAD, name, Action.ASK_MORE, text=ASKED)
    return world, name.ljust(22, "_"), f"/complaints/{world.ids[name]}"


def test_a_citizen_answers_on_the_page_of_the_receipt_and_the_handler_is_told(office: Any) -> None:
    world, token, path = asked(office)
    page = browse(office).get(f"/tra-cuu/{token}").text
    after = browse(office).post("/tra-cuu/bo-sung", {"token": token, "text": f"  {SAID}\r\nHết.\x07 "})
    inbox, handler = browse(office, HEAD).get("/complaints?show=supplemented").text, browse(office, HEAD)
    seen = handler.get(path).text

    assert ASKED in page
    assert matter(page) == "needs_more"
    assert 'action="/tra-cuu/bo-sung"' in page
    assert (after.status_code, matter(after.text)) == (200, "with_office")
    assert "Cơ quan đã nhận được phần bổ sung" in after.text
    assert SAID not in after.text, "the page tells nobody what was written"
    assert f'data-id="{world.ids["ramp"]}"' in inbox
    assert "Người dân đã bổ sung ngày" in inbox
    assert SAID not in inbox
    assert f"{SAID}\nHết.</blockquote>" in seen
    assert 'id="supplemented"' in seen
    assert 'id="unconfirmed"' not in seen
    assert ("supplement", "") in world.district.rows("complaint_actions", "action", "by")
    world.do(HEAD, "ramp", Action.READ_MORE)
    assert 'id="supplemented"' not in handler.get(path).text
    assert f'data-id="{world.ids["ramp"]}"' not in handler.get("/complaints?show=supplemented").text


def test_by_the_number_alone_it_is_kept_as_not_confirmed_and_the_citizens_own_still_counts(office: Any) -> None:
    world, token, path = asked(office)
    number = world.numbers["ramp"]
    page = browse(office).post("/tra-cuu", {"number": number}).text
    first = browse(office).post("/tra-cuu/bo-sung", {"number": number, "text": "Người khác viết."})
    seen = browse(office, HEAD).get(path).text
    second = browse(office).post("/tra-cuu/bo-sung", {"token": token, "text": SAID})
    both = browse(office, HEAD).get(path).text

    assert "chưa được xác nhận" in page
    assert matter(first.text) == "needs_more"
    assert "ghi là chưa được xác nhận" in first.text
    assert "không có mã QR" in seen
    assert matter(second.text) == "with_office"
    assert all(words in both for words in ("Người khác viết.", SAID))


def test_the_handler_reads_what_came_from_a_kiosk_on_the_day_after(office: Any) -> None:
    world, token, path = asked(office)
    world.box.supplement(world.numbers["ramp"], SAID, token=token)
    world.box.supplement(world.numbers["ramp"], "Người khác nhập số.", token="")
    world.district.accept(world.box)
    world.district.project()
    same_day = browse(office, HEAD).get(path).text
    world.district.overnight()
    release(world.district.engine, world.district.clock())
    next_day = browse(office, HEAD).get(path).text

    assert SAID not in same_day
    assert 'id="added"' not in same_day
    assert all(words in next_day for words in (SAID, "Người khác nhập số."))
    assert next_day.count("không có mã QR") == 2, "once where it is read and once in the history"
    assert 'data-state="in_progress"' in next_day


def test_papers_that_are_still_to_come_are_waited_for(office: Any) -> None:
    _, token, path = asked(office)
    after = browse(office).post("/tra-cuu/bo-sung", {"token": token, "will_bring": "yes"})

    assert matter(after.text) == "needs_more"
    assert "hẹn sẽ mang giấy tờ đến" in browse(office, HEAD).get(path).text


def test_second_answers_are_kept_too_and_so_are_those_after_the_end(office: Any) -> None:
    world, token, path = asked(office)
    browser = browse(office)
    for text in (SAID, SAID, "Thêm: tôi còn giữ giấy hẹn."):
        assert browser.post("/tra-cuu/bo-sung", {"token": token, "text": text}).status_code == 200
    again = browser.get(f"/tra-cuu/{token}").text
    world.do(HEAD, "ramp", Action.DRAFT, text="Đã lắp đường dốc.")
    world.do(SECOND, "ramp", Action.APPROVE)
    answered = browser.get(f"/tra-cuu/{token}").text
    late = browser.post("/tra-cuu/bo-sung", {"token": token, "text": "Trang mở từ hôm trước."})
    kept = [action for (action,) in world.district.rows("complaint_actions", "action")].count("supplement")

    assert "Ông/Bà bổ sung thêm" in again
    assert 'id="add-more"' not in answered
    assert (late.status_code, matter(late.text)) == (200, "answered")
    assert "Trang mở từ hôm trước." in browse(office, HEAD).get(path).text
    assert kept == 3, "the same twice is kept once"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"text": ""}, "Xin Ông/Bà viết câu trả lời"),
        ({"text": " \n\x07 "}, "Xin Ông/Bà viết câu trả lời"),
        ({"text": "ă" * (MAX_TEXT + 1)}, "Xin Ông/Bà viết ngắn lại"),
    ],
)
def test_what_cannot_be_taken_says_why_and_loses_nothing(office: Any, said: dict[str, str], told: str) -> None:
    world, token, _ = asked(office)
    answer = browse(office).post("/tra-cuu/bo-sung", {"token": token, **said})

    assert answer.status_code == 422
    assert told in answer.text
    assert said["text"].strip(" \n\x07") in answer.text
    assert "supplement" not in [action for (action,) in world.district.rows("complaint_actions", "action")]


def test_as_many_letters_as_are_allowed_are_taken_however_they_were_composed(office: Any) -> None:
    world, token, _ = asked(office)
    answer = browse(office).post("/tra-cuu/bo-sung", {"token": token, "text": "e\u0302\u0301" * MAX_TEXT})
    done = dict(world.district.rows("complaint_actions", "action", "content"))

    assert answer.status_code == 200
    assert done["supplement"]["text"] == "ế" * MAX_TEXT


def test_a_stranger_with_the_number_cannot_use_up_what_the_citizen_may_say(one: District) -> None:
    ask(one)

    def add(n: int, *, confirmed: bool) -> bool:
        return add_more(one.engine, SCHEMES, the(one), Supplement(f"Lần {n}", False), one.clock(), confirmed=confirmed)

    strangers = [add(n, confirmed=False) for n in range(MAX_SUPPLEMENTS + 1)]
    assert strangers == [True] * MAX_SUPPLEMENTS + [False]
    assert add(99, confirmed=True)
    assert stands(one).state is Status.IN_PROGRESS
    with pytest.raises(NotThere):
        add_more(one.engine, SCHEMES, "nothing", Supplement("x", False), one.clock(), confirmed=True)


def test_by_the_number_alone_nothing_is_added_to_what_the_office_has_not_asked_about(office: Any) -> None:
    """Whoever is complained of may have seen the number, and words about bribery take a matter from its handler."""
    world = office[0]
    number, token = world.numbers["late"], "late".ljust(22, "_")
    stranger = browse(office).post("/tra-cuu/bo-sung", {"number": number, "text": "Đưa phong bì 500 nghìn."})
    kept = str(world.district.rows("complaint_actions", "content"))
    citizen = browse(office).post("/tra-cuu/bo-sung", {"token": token, "text": SAID})

    assert stranger.status_code == 409
    assert "cơ quan không còn chờ bổ sung" in stranger.text
    assert "Đưa phong bì 500 nghìn." in stranger.text, "nothing typed is lost"
    assert "phong bì" not in kept
    assert citizen.status_code == 200
    assert SAID in str(world.district.rows("complaint_actions", "content"))


@pytest.mark.parametrize("form", [{"token": "x" * 22}, {"number": "61200123456789420094"}, {}])
def test_a_form_without_a_receipt_adds_to_nothing(office: Any, form: dict[str, str]) -> None:
    world = asked(office)[0]
    answer = browse(office).post("/tra-cuu/bo-sung", {**form, "text": SAID})

    assert answer.status_code == 404
    assert SAID not in str(world.district.rows("complaint_actions", "content"))


def test_the_handlers_form_of_before_is_refused_when_something_was_added(office: Any) -> None:
    world, token, path = asked(office)
    handler = browse(office, HEAD)
    page = handler.get(path).text
    seen = re.findall(r'name="seen" value="(\d+)"', page)[0]
    browse(office).post("/tra-cuu/bo-sung", {"token": token, "text": SAID})
    form = actions.Form(Action.MORE_CAME, {}, int(seen))

    with pytest.raises(actions.Changed):
        actions.act(world.district.engine, SCHEMES, HEAD, world.ids["ramp"], form, world.district.clock())


def test_words_of_later_are_plain_or_serious_until_the_matter_is_classified() -> None:
    plain = case(*WAITING, added(7, 4))
    serious = case(*WAITING, added(7, 4, serious=True), added(8, 5))
    classified = case(*WAITING, added(7, 4, serious=True), (9, Action.CLASSIFY))

    assert [each.later_words for each in (case(*WAITING), plain, serious, classified)] == [
        LaterWords.NONE,
        LaterWords.PLAIN,
        LaterWords.SENSITIVE,
        LaterWords.NONE,
    ]
