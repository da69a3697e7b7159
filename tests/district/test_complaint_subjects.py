"""Whom a complaint is about is written down when it arrives; imports keep more people from it, never fewer."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from kiosk.domain.roster import DutyShift
from kiosk.paths import shipped_scheme
from kiosk.vietnamese.fold import fold
from sync.district.complaints.actions import Incomplete, NotAllowed, NotThere, visible
from sync.district.complaints.erasing import erase
from sync.district.domain.classification import Classification
from sync.district.domain.complaint_case import Case, fold_steps
from sync.district.domain.complaint_steps import Action, Status, Step
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.erasure import ErasureScope, Why
from sync.district.domain.mentions import KnownCounter, KnownOfficer, mentions
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.report_likelihood import learn, shipped_likelihood
from sync.district.domain.rights import Person, Subject, may_open_contact, may_see
from sync.district.domain.sensitive import reads_sensitive
from sync.district.projection.project import rebuild
from sync.district.roster.change import change_roster
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import reading, writing
from sync.district.store.imports import Origin
from sync.district.times import start_of
from tests.district.conftest import District
from tests.district.test_complaints import HEAD, LAN, NUMBER, NUMBERS, do
from tests.district.web_fixtures import bring
from tests.support.factories import TODAY as BOX_DAY
from tests.support.factories import UNIT, dossier_code

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRST = "H32.13-Q1"
INSPECTOR = SignedIn("minh", Role.INSPECTOR, None, "")
UNSEEN = tomllib.loads((Path(__file__).parent / "sensitive_unseen.toml").read_text(encoding="utf-8"))
EXAMPLES = shipped_scheme("sensitive-examples.toml")
UNITS = f"Mã đơn vị,Tên đơn vị,Cấp\n{UNIT},Phường Thử,Xã\n"
COUNTERS = f"Mã quầy,Đơn vị,Tên quầy\n{FIRST},{UNIT},Quầy 1\nH32.13-Q2,{UNIT},Quầy 2\n"


def officers(**counters: str) -> str:
    lines = [f"{number.replace('_', '-')},{UNIT},Chuyên viên,{counter}" for number, counter in counters.items()]
    return "\n".join(["Số hiệu,Đơn vị,Vị trí việc làm,Quầy", *lines, ""])


@pytest.fixture
def peopled(district: District) -> District:
    """A unit with two counters and the officers CB-7 and CB-8 at the first."""
    for kind, data in (("units", UNITS), ("counters", COUNTERS), ("officers", officers(CB_7=FIRST, CB_8=FIRST))):
        assert bring(district.engine, kind, data).revision
    return district


def arrive(district: District, **body: object) -> str:
    box = district.box()
    entry = box.tell(NUMBER, **body)
    district.accept(box)
    district.overnight()
    return entry.entry_id


def sees(district: District, who: SignedIn, entry_id: str) -> bool:
    with reading(district.engine) as connection:
        try:
            visible(connection, who, entry_id, district.clock())
        except NotThere:
            return False
    return True


# ---- facts that only grow


def test_who_sat_at_the_counter_is_kept_from_it_also_after_moving_away(peopled: District) -> None:
    entry_id = arrive(peopled, counter_id=FIRST)
    bring(peopled.engine, "officers", officers(CB_7="H32.13-Q2", CB_8=FIRST))

    assert not sees(peopled, LAN, entry_id)
    assert sees(peopled, HEAD, entry_id)


def test_who_is_accused_after_consent_was_withdrawn_is_kept_from_it_though_the_name_is_blanked(
    peopled: District,
) -> None:
    with writing(peopled.engine) as connection:
        add_user(connection, UserRow("lan", "x", Role.OFFICER, UNIT, False, "CB-7", False), peopled.clock())
        connection.execute(text("UPDATE users SET full_name = 'Nguyễn Thị Lan'"))
    contact = {"name": "Lê Thị Hoa", "phone": "", "address": "", "email": "", "reply_by": "kiosk"}
    entry_id = arrive(peopled, contact=contact, counter_id="", officer_number="", dossier_code="", about="facilities")
    assert sees(peopled, LAN, entry_id)
    with writing(peopled.engine) as connection:
        erase(connection, load_schemes(), entry_id, ErasureScope.CONTACT, Why.WITHDRAWN, peopled.clock())

    box = peopled.box()
    box.supplement(NUMBER, "Chị Nguyễn Thị Lan hướng dẫn chưa rõ.", token="t" * 22)
    peopled.accept(box)
    peopled.overnight()

    assert peopled.rows("complaint_supplements", "text") == [("Chị […] hướng dẫn chưa rõ.",)]
    assert not sees(peopled, LAN, entry_id)


def test_who_moves_to_the_counter_later_is_kept_from_it_for_ever(peopled: District) -> None:
    bring(peopled.engine, "officers", officers(CB_7="H32.13-Q2", CB_8=FIRST))
    entry_id = arrive(peopled, counter_id=FIRST)
    before = sees(peopled, LAN, entry_id)
    bring(peopled.engine, "officers", officers(CB_7=FIRST, CB_8=FIRST))
    moved_in = sees(peopled, LAN, entry_id)
    bring(peopled.engine, "officers", officers(CB_7="H32.13-Q2", CB_8=FIRST))

    assert (before, moved_in, sees(peopled, LAN, entry_id)) == (True, False, False)


@pytest.mark.parametrize(("days_before", "sees_it"), [(0, False), (7, False), (8, True), (-1, True)])
def test_whom_the_duty_roster_had_at_the_counter_lately_is_kept_from_it(
    peopled: District, days_before: int, sees_it: bool
) -> None:
    bring(peopled.engine, "officers", officers(CB_7="H32.13-Q2", CB_8=FIRST))
    day = BOX_DAY - timedelta(days=days_before)
    with writing(peopled.engine) as connection:
        seat = {(day, FIRST): [DutyShift(FIRST, "CB-7", day)]}
        change_roster(connection, UNIT, seat, Origin("", start_of(day), "lan"))

    assert sees(peopled, LAN, arrive(peopled, counter_id=FIRST)) is sees_it


def test_a_dossier_that_changes_hands_keeps_both_officers_from_it(peopled: District) -> None:
    other = SignedIn("hoa", Role.OFFICER, UNIT, "", "CB-8")
    bring(peopled.engine, "officers", officers(CB_7="H32.13-Q2", CB_8="H32.13-Q2"))
    peopled.reference(dossiers=[{"dossier_code": dossier_code(), "officer_number": "CB-7"}])
    entry_id = arrive(peopled, dossier_code=dossier_code())
    bring(peopled.engine, "dossiers", f"Mã hồ sơ,Số hiệu\n{dossier_code()},CB-8\n")

    assert (sees(peopled, LAN, entry_id), sees(peopled, other, entry_id)) == (False, False)


def test_a_rebuild_lifts_and_adds_nothing(peopled: District) -> None:
    arrive(peopled, counter_id=FIRST, text="Chị CB-8 ở quầy 2 nói to.")
    columns = ("complaint_id", "kind", "value", "source", "at")
    before = peopled.rows("complaint_subjects", *columns)
    bring(peopled.engine, "officers", officers(CB_7="H32.13-Q2", CB_8="H32.13-Q2"))

    rebuild(peopled.engine, peopled.keys)

    assert peopled.rows("complaint_subjects", *columns) == before
    assert {row[1:4] for row in before} >= {
        ("counter", FIRST, "said"),
        ("officer", "CB-7", "seat"),
        ("officer", "CB-8", "text"),
        ("counter", "H32.13-Q2", "text"),
    }


# ---- words that restrict until somebody outside has classified


def test_an_officer_named_in_the_words_restricts_it_until_it_is_classified(peopled: District) -> None:
    bring(peopled.engine, "officers", officers(CB_7="H32.13-Q2", CB_8=FIRST))
    entry_id = arrive(peopled, text="Cán bộ CB 8 hướng dẫn chưa rõ.")
    before = [sees(peopled, who, entry_id) for who in (LAN, INSPECTOR, HEAD)]

    do(peopled, HEAD, entry_id, Action.CLASSIFY, about="facilities", sensitive="no", persons="")

    assert before == [False, True, True]
    assert sees(peopled, LAN, entry_id)


def test_a_classification_is_changed_with_a_reason_only(peopled: District) -> None:
    entry_id = arrive(peopled, text="Phải đưa phong bì mới được nhận hồ sơ")
    do(peopled, HEAD, entry_id, Action.CLASSIFY, about="conduct", sensitive="no", persons="CB-8")
    assert sees(peopled, INSPECTOR, entry_id)

    with pytest.raises(Incomplete, match="text"):
        do(peopled, HEAD, entry_id, Action.CLASSIFY, about="conduct", sensitive="yes", persons="CB-8")
    with pytest.raises(Incomplete, match="persons"):
        do(peopled, HEAD, entry_id, Action.CLASSIFY, about="conduct", sensitive="yes", persons="CB-99", text="x")
    do(peopled, HEAD, entry_id, Action.CLASSIFY, about="conduct", sensitive="yes", persons="CB-8", text="Có chứng cứ")

    assert not sees(peopled, INSPECTOR, entry_id)


def test_an_officer_does_not_classify_and_the_subject_never_sees_it(peopled: District) -> None:
    entry_id = arrive(peopled, text="Ghế ở phòng chờ bị hỏng.")
    bring(peopled.engine, "officers", officers(CB_7="H32.13-Q2", CB_8=FIRST))
    named_head = SignedIn("boss", Role.LEADER, None, "", "CB-8")

    with pytest.raises(NotAllowed):
        do(peopled, LAN, entry_id, Action.CLASSIFY, about="facilities", sensitive="no", persons="")
    do(peopled, HEAD, entry_id, Action.CLASSIFY, about="conduct", sensitive="no", persons="CB-8")

    assert not sees(peopled, named_head, entry_id)


def test_a_ready_sentence_about_money_is_for_the_head_alone(district: District) -> None:
    entry_id = arrive(district, text="", sentences=["asked-for-money"])

    assert [sees(district, who, entry_id) for who in (HEAD, INSPECTOR, LAN)] == [True, False, False]


def test_a_ready_sentence_that_was_written_anew_is_read_by_its_words(district: District) -> None:
    shipped = next(each for each in shipped_scheme("sentences.toml")["sentences"] if each["id"] == "acquaintance-first")
    rows = [("c-1", "Cán bộ xin tiền."), ("c-2", "Ghế bị gãy."), (shipped["id"], shipped["words"]["vi"])]
    sentences = "\n".join(f'[[sentences]]\nid = "{key}"\nwords = {{ vi = "{words}" }}' for key, words in rows)
    bring(district.engine, "wording", f"version = 9\n{sentences}\n")
    box = district.box()
    told = [box.tell(number, text="", sentences=[key]) for number, (key, _) in zip(NUMBERS, rows, strict=False)]
    district.accept(box)
    district.overnight()
    found = [[sees(district, who, each.entry_id) for who in (HEAD, LAN)] for each in told]
    before = district.rows("complaints", "entry_id", "sensitive")
    rebuild(district.engine, district.keys)

    assert found == [[True, False], [True, True], [True, True]]  # a sentence of the release says so by its id alone
    assert district.rows("complaints", "entry_id", "sensitive") == before


def test_an_account_that_is_not_linked_sees_no_complaint(district: District) -> None:
    entry_id = arrive(district)

    assert sees(district, HEAD, entry_id)
    assert not sees(district, SignedIn("head", Role.LEADER, UNIT, "", None, False), entry_id)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Cán bộ CB-7 rất tốt", {"CB-7"}),
        ("can bo cb7 noi to", {"CB-7"}),
        ("Số 17 hẹn tôi", set()),
        ("Chị Nguyễn Thị Lan không nghe máy", {"CB-7"}),
        ("chi lan khong nghe may", {"CB-7"}),
        ("Hoa lan ở sân bị héo", set()),
        ("Bên tư pháp làm chậm", {"CB-8"}),
        ("Anh hộ tịch hướng dẫn sai", {"CB-8"}),
        ("Quầy số 2 đóng cửa", {"q2"}),
        ("quầy hai đóng cửa", {"q2"}),
        ("Tôi đến 2 lần", set()),
        ("Cửa số 2 kẹt", {"q2"}),
    ],
)
def test_officers_and_counters_are_found_in_the_words(text: str, found: set[str]) -> None:
    known = [KnownOfficer("CB-7", "Chuyên viên", "Nguyễn Thị Lan"), KnownOfficer("CB-8", "Công chức Tư pháp – Hộ tịch")]

    named = mentions(text, known, [KnownCounter("q1", "Quầy 1: Đất đai"), KnownCounter("q2", "Quầy 2")])

    assert named.officers | named.counters == found


# ---- the words of bribery


def test_of_two_hundred_sentences_never_learned_from_nearly_every_report_is_seen_and_few_others() -> None:
    reports, innocent = UNSEEN["reports"], UNSEEN["innocent"]
    missed = [text for text in reports if not reads_sensitive(text)]
    alarms = [text for text in innocent if reads_sensitive(text)]

    assert len(reports) + len(innocent) >= 200
    assert len(missed) / len(reports) <= 0.05, missed
    assert len(alarms) / len(innocent) <= 0.15, alarms


def test_what_is_held_out_is_not_among_the_examples() -> None:
    shown = {fold(text) for name in ("reports", "innocent") for text in EXAMPLES[name]}

    assert shown.isdisjoint(fold(text) for name in ("reports", "innocent") for text in UNSEEN[name])


def test_each_example_judged_by_the_others_keeps_one_innocent_sentence_in_six_at_most() -> None:
    reports, innocent, short = EXAMPLES["reports"], EXAMPLES["innocent"], shipped_likelihood().short
    alarms = [
        text
        for n, text in enumerate(innocent)
        if n % 10 == 0 and learn(reports, [*innocent[:n], *innocent[n + 1 :]], EXAMPLES["threshold"], short).holds(text)
    ]

    assert len(alarms) / (len(innocent) / 10) <= 1 / 6, alarms


def test_one_report_among_innocent_sentences_is_seen() -> None:
    assert not reads_sensitive("Phòng chờ nóng quá. Ghế bị hỏng.")
    assert reads_sensitive("Phòng chờ nóng quá. Chị thu ngân đòi thêm 200 nghìn. Ghế bị hỏng.")


@pytest.mark.parametrize(
    "text",
    [
        *("đút lót", "bồi dưỡng anh em", "đòi thêm 500 nghìn", "p.h.o.n.g b.ì", "P-H-O-N-G  B-I", "phong\u200b bì"),
        *("phongf bif", "ddoif tieenf", "cb nt e đi ks", "P/h/o/n/g b/ì"),
    ],
)
def test_words_written_to_slip_past_are_seen(text: str) -> None:
    assert reads_sensitive(text)


# ---- contact and sound

OWNER, APPROVER = Person("lan", Role.OFFICER, None, "CB-7"), Person("head", Role.LEADER, None)
PLAIN = Subject("U", "facilities", sensitive=False)


def standing(*actions: Action, by: str = "lan") -> Case:
    steps = [Step(START, action, by, {"text": "x", "owner": "lan"}, n) for n, action in enumerate(actions, start=1)]
    return fold_steps("U", START, False, steps)


def test_the_contact_opens_to_the_owner_and_to_who_approves() -> None:
    new, taken = standing(), standing(Action.TAKE)
    drafted = standing(Action.TAKE, Action.START, Action.DRAFT)
    approved = replace(drafted, state=Status.ANSWERED, approved_by="head")

    assert [may_open_contact(OWNER, PLAIN, each) for each in (new, taken, drafted)] == [False, True, True]
    assert [may_open_contact(APPROVER, PLAIN, each) for each in (new, taken, drafted, approved)] == [
        False,
        False,
        True,
        True,
    ]


def test_a_head_who_is_the_subject_opens_nothing() -> None:
    about = replace(PLAIN, classified=Classification("conduct", False, frozenset({"CB-1"})))
    subject = Person("head", Role.LEADER, None, "CB-1")
    drafted = standing(Action.TAKE, Action.START, Action.DRAFT)

    assert not may_see(subject, about, "U", None)
    assert not may_open_contact(subject, about, drafted)
    assert may_open_contact(APPROVER, about, drafted)
