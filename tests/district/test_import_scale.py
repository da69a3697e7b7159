"""A hundred thousand dossiers are imported in little memory and time, and an enormous sheet in a small file in none."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from tests.district.test_import_cases import district
from tests.district.web_fixtures import SAMPLES
from tests.district.workbooks import book, row

ROWS = 100_000
MAX_MEGABYTES = 300
MAX_CPU_SECONDS = 20  # 5 (CSV) and 8 (XLSX) measured, on a busy machine; a wall clock would measure the neighbours
ROOT = Path(__file__).parent.parent.parent
HEADER = ("Mã hồ sơ", "Mã TTHC", "Mã quầy", "Ngày tiếp nhận", "Ngày hẹn trả")
MEASURED = """
import json, pathlib, re, resource, sys
from sync.district.__main__ import main
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
peak = re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())  # ru_maxrss begins at the parent's
print(json.dumps([code, int(peak[1]) // 1024, used.ru_utime + used.ru_stime]))
"""


def measured(data: Path, *words: str) -> tuple[int, int, float]:
    """Exit code, megabytes at most, seconds of CPU."""
    environment = {**os.environ, "DISTRICT_DATA": str(data), "PYTHONPATH": str(ROOT)}
    environment.pop("DISTRICT_DATABASE_URL", None)
    command = [sys.executable, "-c", MEASURED, *words]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=500, check=True
    )
    code, megabytes, seconds = json.loads(done.stdout.splitlines()[-1])
    return code, megabytes, seconds


def dossiers() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for n in range(ROWS):
        day = date(2025, 1, 1) + timedelta(days=n // 200)
        code = f"H35.88.01-{day:%y%m%d}-{n % 200 + 1:04}"
        rows.append((code, "1.000656", f"H35.88.01-Q{n % 4 + 1}", f"{day:%d/%m/%Y} 07:{n % 60:02}", f"{day:%d/%m/%Y}"))
    return rows


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "data"
    for words in (["init"], *(["import", kind, str(SAMPLES / f"{kind}.csv")] for kind in ("units", "counters"))):
        assert district(folder, *words)[0] == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_hundred_thousand_dossiers_fit_into_little_memory_and_time(data, tmp_path, kind):
    file = tmp_path / f"large.{kind}"
    if kind == "csv":
        file.write_text("\n".join(",".join(map(str, cells)) for cells in (HEADER, *dossiers())), "utf-8")
    else:
        file.write_bytes(book("".join(row(n, cells) for n, cells in enumerate((HEADER, *dossiers()), start=1))))

    code, megabytes, seconds = measured(Path(copytree(data, tmp_path / "data")), "import", "dossiers", str(file))

    assert code == 0
    assert megabytes <= MAX_MEGABYTES
    assert seconds <= MAX_CPU_SECONDS


@pytest.mark.slow
def test_a_small_file_with_an_enormous_row_number_costs_nothing(data, tmp_path):
    file = tmp_path / "far.xlsx"
    file.write_bytes(book(row(1, HEADER) + '<row r="999999999"><c r="A999999999"><v>1</v></c></row>'))

    code, megabytes, seconds = measured(data, "import", "dossiers", str(file))

    assert (code, megabytes <= MAX_MEGABYTES, seconds < 10) == (1, True, True)
