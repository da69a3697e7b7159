"""The files of ``tests/cases`` through the real command, over the samples: each comes out right or is refused."""

import io
import shutil
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from sync.district.__main__ import main
from tests.district.web_fixtures import SAMPLES

CASES = Path(__file__).parent.parent / "cases"
RECEIVED, DUE = date(2026, 11, 19), date(2026, 11, 26)
FILES = {"units": "units.csv", "counters": "counters.csv", "officers": "officers.csv", "procedures": "procedures.xlsx"}
FILES["dossiers"] = "dossiers.csv"


def district(data: Path, *words: str) -> tuple[int, str]:
    """The exit code and what the command printed."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setenv("DISTRICT_DATA", str(data))
        patch.delenv("DISTRICT_DATABASE_URL", raising=False)
        code = main(words)
    return code, printed.getvalue()


@pytest.fixture(scope="module")
def sampled(tmp_path_factory) -> Path:
    """An embedded district with the samples imported."""
    data = tmp_path_factory.mktemp("sampled") / "data"
    for words in (["init"], *(["import", kind, str(SAMPLES / name)] for kind, name in FILES.items())):
        code, printed = district(data, *words)
        assert code == 0, printed
    return data


@pytest.fixture
def data(sampled, tmp_path) -> Path:
    shutil.copytree(sampled, tmp_path / "data")
    return tmp_path / "data"


def found(data: Path, query: str) -> list[tuple]:
    engine = create_engine(f"sqlite:///{next(data.glob('*.sqlite'))}")
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def dossiers(data: Path) -> dict[str, tuple]:
    """Counter, day of receipt and due day of the dossiers that no sample has, by the end of their code."""
    rows = found(data, "SELECT dossier_code, counter_id, received_on, due_on FROM dossiers")
    return {row[0][-4:]: row[1:] for row in rows if row[0][-4] in "89"}


def imported(data: Path, kind: str, name: str) -> str:
    code, printed = district(data, "import", kind, str(CASES / name))
    assert code == 0, printed
    return printed


def refused(data: Path, kind: str, name: str) -> str:
    tables = ("dossiers", "procedures", "holidays", "revisions")
    before = [found(data, f"SELECT * FROM {table}") for table in tables]
    code, printed = district(data, "import", kind, str(CASES / name))
    assert code == 1
    assert before == [found(data, f"SELECT * FROM {table}") for table in tables]
    return printed


RIGHT = ("H35.88.01-Q1", RECEIVED.isoformat(), DUE.isoformat())


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("01-empty-fill.xlsx", ["9001", "9002", "9003"]),
        ("02-hidden-sheet.xlsx", ["9001", "9002", "9003"]),
        ("03-two-sheets.xlsx", ["9001", "9002", "9003", "9004"]),
        ("04-merged-cells.xlsx", ["9001", "9002", "9003"]),
        ("06-utc-moments.csv", ["9001", "9002"]),
        ("06b-local-moments.csv", ["9001"]),
        ("07-same-header-twice.xlsx", ["9001", "9002", "9003"]),
    ],
)
def test_every_row_of_a_faulty_file_gets_its_right_counter_and_days(data, name, ends):
    imported(data, "dossiers", name)

    assert dossiers(data) == dict.fromkeys(ends, RIGHT)


def test_a_hidden_sheet_is_named_and_not_read(data):
    report = imported(data, "dossiers", "02-hidden-sheet.xlsx")

    assert "Không đọc trang tính đang ẩn: “Ban cu”" in report
    assert "Đọc trang tính “Ho so”" in report


@pytest.mark.parametrize("name", ["08-font-tcvn3.xlsx", "09-font-vni.xlsx"])
def test_names_in_an_old_font_become_unicode(data, name):
    imported(data, "procedures", name)

    rows = found(data, "SELECT name, field FROM procedures WHERE procedure_id IN ('1.000656', '1.004884') ORDER BY 1")
    assert rows == [("Đăng ký khai tử", "Hộ tịch"), ("Đăng ký lại khai sinh", "Hộ tịch")]


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("dossiers", "05-formula-without-value.xlsx", "Dòng 2, cột “Ngày hẹn trả”: ô có công thức =F2+7"),
        ("procedures", "10-question-marks.csv", "Dòng 2, cột “Tên thủ tục”: “??ng k"),
        ("dossiers", "11-month-first.csv", "Dòng 2, cột “Ngày tiếp nhận”: ghi 11/05/2026, nhưng theo mã hồ sơ"),
        ("holidays", "12-holidays-contradict.toml", "Ngày 02/09/2026 vừa là ngày nghỉ (off) vừa là ngày làm bù"),
    ],
)
def test_what_cannot_be_proved_is_refused_with_its_place_and_its_remedy(data, kind, name, said):
    report = refused(data, kind, name)

    assert said in report
    assert "Xin " in report
