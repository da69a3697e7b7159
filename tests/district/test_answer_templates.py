"""Templates for answers: written by who may approve, filled from a matter and never with who the citizen is, chosen on
the page of a matter without a script."""

import re
from itertools import product
from pathlib import Path

import pytest

from sync.district.domain.answer_template import (
    MAX_TEXT,
    TEMPLATE_RIGHTS,
    Field,
    TemplateAct,
    WrongTemplate,
    checked,
    filled,
    may_with_templates,
    unfilled,
    unit_and_above,
)
from sync.district.domain.complaint_steps import Action
from sync.district.domain.people import Role
from sync.district.domain.rights import RIGHTS, Person
from sync.district.store import answer_templates as store
from sync.district.store.audit import entries
from sync.district.store.engine import reading, writing
from tests.district.complaint_office import ELSEWHERE, HEAD, LAN, MINH, SECOND, TECHNICIAN, Office, open_to_the_public
from tests.district.test_complaint_pages import browse, do, form_of
from tests.support.factories import CONTACT, UNIT, dossier_code

NAMES = {"kinh gui": Field.ADDRESS, "thu tuc": Field.PROCEDURE, "office": Field.OFFICE}
WORDS = "[Kính gửi] thân mến, hồ sơ [thủ tục] đang ở [cơ quan], số [số biên nhận], hạn [hạn trả lời]."
PAGE = "/complaints/templates"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory):
    """One office for these tests; each works with templates of its own name."""
    folder: Path = tmp_path_factory.mktemp("templates")
    with open_to_the_public(folder) as opened:
        opened[0].district.reference(
            procedures=[{"procedure_id": "1.2", "name": "Cấp giấy chứng nhận", "field": "Đất đai"}],
            dossiers=[{"dossier_code": dossier_code(3), "procedure_id": "1.2"}],
        )
        yield opened


def save(browser, act: str = "save", **fields: str):
    token = form_of(browser, PAGE)["form_token"]
    form = {"unit": UNIT, "purpose": "draft", "name": "Mẫu", "text": WORDS, "act": act, "form_token": token}
    return browser.post(PAGE, form | fields)


def held(office: tuple[Office, str], name: str):
    with reading(office[0].district.engine) as connection:
        return next(each for each in store.templates_of(connection, [UNIT, "H32"]) if each.name == name)


# ---- the rules


def test_a_template_names_fields_there_are_and_no_other() -> None:
    assert checked(" Xin  lỗi ", "draft", "[OFFICE] xin lỗi [Kính gửi]", NAMES)[0] == "Xin lỗi"
    for name, purpose, text, key in (
        ("", "draft", "x", "name"), ("x" * 81, "draft", "x", "name"), ("x", "approve", "x", "purpose"),
        ("x", "draft", " ", "text"), ("x", "draft", "x" * (MAX_TEXT + 1), "text"),
        ("x", "draft", "Thưa [họ tên]", "field"), ("x", "draft", "Gọi [số điện thoại]", "field"),
    ):  # fmt: skip
        with pytest.raises(WrongTemplate) as wrong:
            checked(name, purpose, text, NAMES)
        assert wrong.value.key == key


def test_what_is_not_known_stays_for_who_writes_and_is_found_before_it_is_sent() -> None:
    text = filled("[office]: [thủ tục] [một chỗ khác]", {Field.OFFICE: "Phường [thủ tục]"}, NAMES)

    assert text == "Phường [thủ tục]: [thủ tục] [một chỗ khác]"
    assert unfilled(text, NAMES) == "[thủ tục]"
    assert unfilled("[một chỗ khác]", NAMES) == ""


def test_no_field_stands_for_who_a_citizen_is() -> None:
    assert {str(field) for field in Field} == {"address", "receipt", "procedure", "due", "office"}


def test_a_unit_uses_its_own_templates_and_those_above_it_also_in_a_circle() -> None:
    assert unit_and_above("c", {"c": "b", "b": "a", "a": None, "d": "a"}) == {"a", "b", "c"}
    assert unit_and_above("a", {"a": "b", "b": "a"}) == {"a", "b"}


@pytest.mark.parametrize("role", Role)
def test_who_may_approve_writes_and_nobody_else(role: Role) -> None:
    for act, units, linked in product(TemplateAct, (None, frozenset({"U"}), frozenset({"V"})), (True, False)):
        may = may_with_templates(Person("me", role, units, linked=linked), act, "U")
        assert may is (linked and units != {"V"} and role in TEMPLATE_RIGHTS[act])
    assert (role in TEMPLATE_RIGHTS[TemplateAct.CHANGE]) is (role in RIGHTS[Action.APPROVE])


# ---- the pages


@pytest.mark.parametrize("who", [LAN, MINH, TECHNICIAN, ELSEWHERE])
def test_the_page_is_there_for_nobody_else(office, who) -> None:
    browser = browse(office, who)
    token = form_of(browser, "/account")["form_token"]

    assert browser.get(PAGE).status_code == 404
    assert browser.post(PAGE, {"form_token": token, "unit": UNIT, "act": "save", "name": "x"}).status_code == 404
    assert PAGE not in (browser.get("/complaints").text)


def test_a_template_is_looked_at_saved_changed_and_taken_away_and_each_is_written_down(office) -> None:
    head = browse(office, HEAD)
    shown = save(head, "preview", name="Đã chuyển").text
    assert "Ông/Bà thân mến, hồ sơ Đăng ký khai sinh đang ở Trung tâm Phục vụ" in shown
    assert 'data-n="0"' in shown
    assert save(head, name="Đã chuyển").status_code == 303
    first = held(office, "Đã chuyển")
    changed = save(head, name="Đã chuyển", text="Xin cảm ơn.", template=str(first.template_id))
    late = save(browse(office, SECOND), name="Đã chuyển", text="Muộn.", template=str(first.template_id))
    second = held(office, "Đã chuyển")

    assert (changed.status_code, late.status_code) == (303, 422)
    assert "vừa được người khác sửa" in late.text
    assert "Muộn." in late.text
    assert second.text == "Xin cảm ơn."
    assert save(head, "end", template=str(second.template_id)).status_code == 303
    with reading(office[0].district.engine) as connection:
        noted = [each.detail for each in entries(connection, 9) if each.what == "template"]
        assert store.templates_of(connection, [UNIT]) == []
    assert [each["did"] for each in noted[:3]] == ["ended", "changed", "written"]
    assert {(WORDS,), ("Xin cảm ơn.",)} <= set(office[0].district.rows("answer_templates", "text"))  # nothing is lost


def test_what_somebody_quicker_took_away_is_taken_away_once_and_nobody_sees_an_error(office, monkeypatch) -> None:
    head, clock = browse(office, HEAD), office[0].district.clock
    save(head, name="Hai người")
    number, found = held(office, "Hai người").template_id, store.numbered

    def with_a_quicker_one(connection, template_id):
        template = found(connection, template_id)
        store.take_away(connection, template, SECOND.user_name, clock())
        return template

    with monkeypatch.context() as patched:
        patched.setattr(store, "numbered", with_a_quicker_one)
        ended = save(head, "end", template=str(number))
    again = save(head, "end", template=str(number))

    assert [answer.status_code for answer in (ended, again)] == [303, 303]
    with reading(office[0].district.engine) as connection:
        noted = [each for each in entries(connection, 9) if each.what == "template" and each.detail["did"] == "ended"]
    assert [each.person for each in noted if each.detail["template"] == number] == [SECOND.user_name]


def test_wrong_words_are_told_at_their_field_and_nothing_is_lost(office) -> None:
    answer = save(browse(office, HEAD), name="Sai", text="Thưa [họ tên], <b>xin lỗi</b>.")

    assert answer.status_code == 422
    assert "Chỗ cần sửa: “[họ tên]”" in answer.text
    assert "Thưa [họ tên], &lt;b&gt;xin lỗi&lt;/b&gt;." in answer.text


def test_nobody_writes_for_another_unit_or_reads_its_templates(office) -> None:
    with writing(office[0].district.engine) as connection:
        content = ("Của tỉnh", Action.DRAFT, "Lời của tỉnh.")
        store.write(connection, "H32", content, None, SECOND.user_name, office[0].district.clock())
    head, number = browse(office, HEAD), held(office, "Của tỉnh").template_id

    assert head.get(f"{PAGE}?unit=H32").status_code == 404
    assert head.get(f"{PAGE}?template={number}").status_code == 404
    assert save(head, unit="H32").status_code == 404
    save(head, "end", template=str(number))
    assert held(office, "Của tỉnh").template_id == number


def test_a_unit_has_so_many_and_no_more(office, monkeypatch) -> None:
    monkeypatch.setattr(store, "MAX_OF_UNIT", 1)
    head = browse(office, HEAD)
    answers = [save(head, name=name) for name in ("Một", "Hai")]
    save(head, "end", template=str(held(office, "Một").template_id))

    assert [answer.status_code for answer in answers] == [303, 422]
    assert "Đơn vị đã có nhiều mẫu" in answers[1].text


def test_a_handler_takes_a_template_on_the_page_of_a_matter_and_finishes_it(office) -> None:
    world, browser = office[0], browse(office, LAN)
    save(browse(office, HEAD), name="Hồ sơ chậm")
    for action in ("take", "start"):
        assert do(browser, office, "late", action).status_code == 303
    number = str(held(office, "Hồ sơ chậm").template_id)
    page = browser.get(f"/complaints/{world.ids['late']}").text
    taken = do(browser, office, "late", "draft", text="Tôi viết dở.", template=number, fill="yes")
    written = re.findall(r'<textarea id="draft-text"[^>]*>(.*?)</textarea>', taken.text, re.DOTALL)[0]

    assert 'id="draft-template"' in page
    assert taken.status_code == 200
    assert written.startswith("Tôi viết dở.\n\nÔng/Bà thân mến, hồ sơ Cấp giấy chứng nhận đang ở Trung tâm Phục vụ")
    assert f"số …{world.numbers['late'][-4:]}, hạn " in written
    assert world.numbers["late"] not in taken.text
    for secret in (CONTACT["name"], CONTACT["phone"]):
        assert secret not in written
    assert ("draft",) not in world.district.rows("complaint_actions", "action")  # to take one sends nothing
    assert do(browser, office, "late", "draft", text=written).status_code == 303


def test_what_is_not_filled_in_is_not_sent(office) -> None:
    browser = browse(office, MINH)
    for action in ("take", "start"):
        do(browser, office, "ramp", action)
    save(browse(office, HEAD), name="Không có hồ sơ", text="Về [thủ tục] của [kính gửi].", purpose="ask_more")
    number = str(held(office, "Không có hồ sơ").template_id)
    page = browser.get(f"/complaints/{office[0].ids['ramp']}").text
    taken = do(browser, office, "ramp", "ask_more", template=number, fill="yes").text
    sent = do(browser, office, "ramp", "ask_more", text="Về [thủ tục] của Ông/Bà.")

    assert re.search(r'id="ask_more-template".*?value="' + number, page, re.DOTALL)
    assert f'<option value="{number}"' not in page[page.index('id="draft-template"') : page.index('id="draft-text"')]
    assert "Về [thủ tục] của Ông/Bà." in taken
    assert sent.status_code == 422
    assert "Mẫu còn chỗ chưa điền" in sent.text
    assert "“[thủ tục]”" in sent.text
    assert do(browser, office, "ramp", "ask_more", text="Xin cho biết số hồ sơ.").status_code == 303


def test_a_template_of_another_unit_is_not_inserted(office) -> None:
    with writing(office[0].district.engine) as connection:
        content = ("Của sở", Action.DRAFT, "Lời của sở.")
        store.write(connection, "H32.99", content, None, SECOND.user_name, office[0].district.clock())
        number = store.templates_of(connection, ["H32.99"])[0].template_id
    browser = browse(office, LAN)
    for action in ("take", "start"):
        do(browser, office, "chairs", action)
    taken = do(browser, office, "chairs", "draft", template=str(number), fill="yes")

    assert taken.status_code == 200
    assert "Lời của sở." not in taken.text
