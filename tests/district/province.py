"""A year of a province, the same every time: right and dead clocks, sticks, moves, contradictions, late files."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kiosk.paths import shipped_scheme
from sync.district.projection.release import release
from sync.district.store.engine import reading, writing
from sync.district.store.releases import assign_day, undated
from sync.district.times import local_day, start_of
from tests.district.conftest import District
from tests.district.web_fixtures import bring
from tests.support.factories import Box

FIRST = date(2026, 1, 5)
COMMUNES = ("H32.13", "H32.14", "H32.15")
TIMES = ("early", "on_time", "late", "not_yet")
REASONS = {True: ("good", ("waiting", "attitude", "papers")), False: ("bad", ("waiting", "attitude", "visits"))}
BOOT_EPOCH = int(start_of(FIRST).timestamp()) - 86_400
MOVED_FROM = "H32.15-q2"
FIELDS = ("Đất đai", "Hộ tịch")
PROCEDURE = "1.001612"
ABROAD, LISTED = "H32.13-q2", "H32.14-q1"
"""The counter at which people answer in English, and the one whose dossiers are told on the day, where any are."""


@dataclass
class Site:
    """A kiosk and how it reaches the district. ``dead``: its clock begins in 1970 at each start."""

    box: Box
    unit: str
    counter: str | None
    stick: bool = False
    dead: bool = False
    sent: int = 0
    boot: int = 0


@dataclass
class Province:
    """The district through its year. ``step`` lives one day on which offices are open."""

    district: District
    dice: random.Random = field(default_factory=lambda: random.Random(2026))
    sites: list[Site] = field(default_factory=list)
    codes: list[tuple[str, Site, date]] = field(default_factory=list)
    numbers: int = 0

    def open(self) -> None:
        """Units, counters, kiosks and the questionnaire."""
        self.district.clock.at = (start_of(FIRST) + timedelta(hours=8)).astimezone(UTC)
        self.district.reference(
            units=[
                {"unit_id": "H32", "name": "Tỉnh Thử", "level": "province", "parent_id": None},
                *({"unit_id": each, "name": f"Xã {each}", "level": "commune", "parent_id": "H32"} for each in COMMUNES),
            ],
            counters=[
                {"counter_id": f"{unit}-q{n}", "unit_id": unit, "name": f"Quầy {n}", "field": FIELDS[n - 1]}
                for unit in COMMUNES
                for n in (1, 2)
            ],
            procedures=[{"procedure_id": PROCEDURE, "name": "Cấp giấy chứng nhận", "field": FIELDS[0]}],
            questionnaires=[
                {"questionnaire_id": scheme["questionnaire_id"], "version": scheme["version"], "content": plain(scheme)}
                for scheme in map(shipped_scheme, ("mot-cua.toml", "mot-cua-2.toml", "mot-cua-1.toml"))
            ],
        )
        for unit in COMMUNES:
            for n in (1, 2):
                counter = f"{unit}-q{n}"
                self.sites.append(Site(self.district.box(unit, counter), unit, counter, stick=counter == "H32.14-q2"))
        self.sites.append(Site(self.district.box("H32.13", None), "H32.13", None))  # in the hall
        self.sites.append(Site(self.district.box("H32.14", "H32.14-q1"), "H32.14", "H32.14-q1", stick=True, dead=True))
        self.sites.append(Site(self.district.box("H32.15", "H32.15-q1"), "H32.15", "H32.15-q1", dead=True))

    def step(self, day: date) -> None:
        """A day: citizens press, dossiers are imported, kiosks send; then the night and the release."""
        for site in self.sites:
            for _ in range(self.dice.choice((0, 1, 2, 4, 7))):
                self._visit(site, day)
        if self.dice.random() < 0.5:
            self._import_dossiers(day)
        self.district.clock.at = (start_of(day) + timedelta(hours=17)).astimezone(UTC)
        for site in self.sites:
            if self.dice.random() < (0.1 if site.stick else 0.6):
                self._send(site)
        self.district.project()
        self.district.clock.at = (start_of(day) + timedelta(hours=25)).astimezone(UTC)
        release(self.district.engine, self.district.clock())
        if day.day > 25:
            self._assign(day)

    def move_a_counter(self) -> None:
        """A counter goes to another commune; its kiosk stays where it was enrolled and says so."""
        self._bring("counters", f"Mã quầy,Tên quầy,Mã đơn vị\n{MOVED_FROM},Quầy 2,H32.13\n")

    def merge_communes(self) -> None:
        """A commune ends, and another takes over from it."""
        header = "Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên,Hiệu lực đến,Đơn vị kế tục"
        ends = local_day(self.district.clock.at) - timedelta(days=1)
        self._bring("units", f"{header}\nH32.15,Xã H32.15,commune,H32,{ends:%d/%m/%Y},H32.14\n")

    def _bring(self, kind: str, said: str) -> None:
        outcome = bring(self.district.engine, kind, said, may_empty=True, now=self.district.clock())
        assert outcome.accepted, outcome.reading.errors

    def _visit(self, site: Site, day: date) -> None:
        at = start_of(day) + timedelta(hours=8, minutes=self.dice.randrange(480))
        code = None if site.counter and self.dice.random() < 0.1 else self._code(site, day)
        score = self.dice.choices((1, 2, 3, 4, 5), (1, 1, 2, 6, 8))[0]
        stamps = self._stamps(site, at)
        stage = "hand_in" if site.counter and site.counter.endswith("q2") and self.numbers % 25 else "return"
        served = {"stage": stage, "language": "en" if site.counter == ABROAD else "vi"}
        here = {"unit_id": site.unit, "counter_id": site.counter}
        rated = site.box.rate(score, code, day, questionnaire="mot-cua/2", **here, **served, **stamps)
        if self.dice.random() < 0.6:
            question, options = REASONS[score > 3]
            said = {
                question: sorted(self.dice.sample(options, self.dice.choice((1, 2)))),
                "time": [TIMES[self.numbers % 4]],
            }
            private = {"ask": ["yes"]} if self.dice.random() < 0.3 else {}
            site.box.add(rated, day, unit_id=site.unit, answers=said, private_answers=private, **stamps)
        if code and self.dice.random() < 0.15:
            again = self.dice.choice((1, 2, 5))
            site.box.rate(again, code, day, **here, **served, **stamps)

    def _code(self, site: Site, day: date) -> str:
        if self.codes and self.dice.random() < 0.05:
            return self.dice.choice(self.codes)[0]  # somebody comes back, perhaps elsewhere
        self.numbers += 1
        code = f"{site.unit}-{day:%y%m%d}-{self.numbers:05}"
        self.codes.append((code, site, day))
        return code

    def _stamps(self, site: Site, at: datetime) -> dict[str, Any]:
        second = int(at.timestamp())
        if not site.dead:
            return {"at_s": second, "up_s": second - BOOT_EPOCH, "boot": f"b{site.boot}", "offset_s": None}
        up = 600 + len(site.box.entries) * 60
        return {"at_s": up, "up_s": up, "boot": f"d{site.boot}", "offset_s": None}

    def _import_dossiers(self, day: date) -> None:
        """Some dossiers of the last weeks, with their counters: some after they were rated, some after the release."""
        today = [each for each in self.codes if each[2] == day and each[1].counter == LISTED]
        chosen = self.dice.sample(self.codes, min(len(self.codes), 12)) + today
        rows = "".join(
            f"{code},{site.counter or f'{site.unit}-q{self.dice.choice((1, 2))}'},"
            f"{received:%d/%m/%Y},,{self._procedure(site)}\n"
            for code, site, received in chosen
        )
        silent = ((unit, n) for unit in COMMUNES for n in range(24))  # dossiers that nobody rates, some of no counter
        for unit, n in silent:
            counter, returned = f"{unit}-q{1 + n % 2}" if n else "", day + timedelta(days=n) if n % 3 else None
            rows += (
                f"{unit}-{day:%y%m%d}-9{n:04},{counter},{day:%d/%m/%Y},{f'{returned:%d/%m/%Y}' if returned else ''},\n"
            )
        self._bring("dossiers", f"Mã hồ sơ,Mã quầy,Ngày nhận,Ngày trả kết quả,Mã TTHC\n{rows}")

    def _procedure(self, site: Site) -> str:
        """What the counters of the first field do, as far as a list tells it before the rating is released."""
        return PROCEDURE if site.counter and site.counter.endswith("q1") else ""

    def _send(self, site: Site) -> None:
        if len(site.box.entries) == site.sent:
            return
        now = int(self.district.clock.at.timestamp())
        up = 600 + len(site.box.entries) * 60 + 30 if site.dead else now - BOOT_EPOCH
        health = {"clock": {"boot": f"{'d' if site.dead else 'b'}{site.boot}", "up_s": up, "at_s": now}}
        batch = site.box.batch(site.sent + 1, health={} if site.stick else health)
        self.district.accept(site.box, batch, direct=not site.stick)
        site.sent = len(site.box.entries)
        site.boot += site.dead

    def _assign(self, day: date) -> None:
        """Somebody remembers of half of the groups without a day which day it was."""
        with reading(self.district.engine) as connection:
            groups = undated(connection)
        with writing(self.district.engine) as connection:
            for group in groups[::2]:
                assign_day(connection, group.group_id, day, "tung", "from the office's diary", self.district.clock())


def plain(scheme: dict[str, Any]) -> dict[str, Any]:
    """A questionnaire as it is kept: days as text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in scheme.items()}


def open_days(every: int) -> list[date]:
    """The days of a year that are lived: one in so many, on which offices are open."""
    days = [FIRST + timedelta(days=n) for n in range(0, 357, every)]
    return [day for day in days if day.weekday() < 6]
