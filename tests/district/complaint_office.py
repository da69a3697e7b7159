"""An office at work: a district with real entries projected, people who answer, and things they did."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.receipt import mint
from sync.district.complaints.actions import Form, act, visible
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.people import Role, SignedIn
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import reading, writing
from tests.district.conftest import District, make_district
from tests.district.web_fixtures import empty_district
from tests.district.web_server import hash_of_password, serving
from tests.support.factories import COUNTER, UNIT, Box, dossier_code

SCHEMES = load_schemes()
HEAD = SignedIn("binh.head", Role.LEADER, UNIT, "")
SECOND = SignedIn("chau.second", Role.LEADER, None, "")
LAN = SignedIn("lan.nguyen", Role.OFFICER, UNIT, "", "CB-7")
MINH = SignedIn("minh.tran", Role.INSPECTOR, None, "")
TECHNICIAN = SignedIn("tung.tech", Role.TECHNICIAN, None, "")
ELSEWHERE = SignedIn("khai.le", Role.OFFICER, "H32.99", "", "CB-90")
PEOPLE = (HEAD, SECOND, LAN, MINH, TECHNICIAN, ELSEWHERE)
SOUND = b"OggS" + bytes(range(256)) * 40


@dataclass
class Office:
    """The district, the box its complaints came from, and the complaints by a short name."""

    district: District
    box: Box
    ids: dict[str, str]
    numbers: dict[str, str]

    def do(self, who: SignedIn, name: str, action: Action, **fields: str) -> Case:
        """One action, by somebody who has seen everything before it."""
        district = self.district
        with reading(district.engine) as connection:
            seen = visible(connection, who, self.ids[name], district.clock())[1].last_action
        district.clock.pass_by(minutes=7)
        form = Form(action, fields, seen)
        return act(district.engine, SCHEMES, who, self.ids[name], form, district.clock())

    def tell(self, name: str, **body: object) -> None:
        """One more complaint, arrived and projected."""
        number = mint().number
        entry = self.box.tell(number, receipt_token=name.ljust(22, "_"), **body)
        self.ids[name], self.numbers[name] = entry.entry_id, number
        self.district.accept(self.box)
        self.district.project()


def open_office(folder: Path) -> Office:
    """An office in a fresh SQLite file with six complaints, told two weeks to half a day ago."""
    district = make_district(empty_district(folder), folder / "data")
    district.reference(
        units=[
            {"unit_id": "H32", "name": "Tỉnh Thử", "level": "province", "parent_id": None},
            {"unit_id": UNIT, "name": "Trung tâm Phục vụ hành chính công phường Thử", "level": "commune",
             "parent_id": "H32"},
            {"unit_id": "H32.99", "name": "Sở Nông nghiệp và Môi trường", "level": "department", "parent_id": "H32"},
        ],
        officers=[{"officer_number": "CB-7", "unit_id": UNIT, "post": "Chuyên viên", "counter_id": "H32.13-q2"}],
    )  # fmt: skip
    with writing(district.engine) as connection:
        for who in PEOPLE:
            row = UserRow(
                who.user_name,
                hash_of_password(),
                who.role,
                who.unit_id,
                False,
                who.officer_number,
                who.officer_number is None,
            )
            add_user(connection, row, district.clock())
    office = Office(district, district.box(), {}, {})
    district.clock.pass_by(days=-14)
    office.tell("late", text="Tôi nộp hồ sơ cấp giấy chứng nhận đã hai tháng, hẹn ba lần vẫn chưa có kết quả. "
                "Mỗi lần đến lại được trả lời là chờ bên thuế. Đề nghị nói rõ hồ sơ đang ở đâu và ngày nào xong.",
                about="rule", dossier_code=dossier_code(3))  # fmt: skip
    district.clock.pass_by(days=11)
    office.tell("ramp", text="Lối vào không có đường dốc cho xe lăn. Mẹ tôi phải có người bế lên bậc thềm.")
    office.tell("rude", text="Cán bộ quầy 1 to tiếng, bảo tôi về học lại cách viết đơn rồi hãy đến.",
                about="conduct", counter_id=COUNTER, officer_number="CB-3")  # fmt: skip
    district.clock.pass_by(days=2)
    office.tell("bribe", text="Anh tiếp nhận gợi ý đưa phong bì thì hồ sơ mới nhanh.", about="other", contact=None)
    office.tell("chairs", text="Ghế chờ bị hỏng hai cái, người già phải đứng. Xin thay giúp.", contact=None,
                kind="comment")  # fmt: skip
    district.clock.pass_by(hours=11)
    office.tell("spoken", text="", sound_parts=2, sentences=["waited-long"], about="other", written_by_helper=True)
    office.box.attach(office.numbers["spoken"], SOUND, parts=2)
    district.accept(office.box)
    district.project()
    district.clock.pass_by(hours=12)
    return office


@contextmanager
def open_to_the_public(folder: Path) -> Iterator[tuple[Office, str]]:
    """An office and the address of its pages."""
    office = open_office(folder)
    with serving(office.district.engine, folder, office.district.clock, public_index=True) as address:
        yield office, address
