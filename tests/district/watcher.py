"""Somebody near a counter who holds every kind of session and a box's token, and keeps asking for everything."""

import io
import re
import threading
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from typing import Any

import uvicorn

from kiosk.domain.counter_figures import figures_from
from kiosk.domain.masking import masked_number
from kiosk.domain.receipt import mint
from kiosk.domain.released import K
from sync.district.alerts.watch import Watch
from sync.district.api.routes import router
from sync.district.app import create_app
from sync.district.cli.checkpointing import daily_checkpoint
from sync.district.cli.serving import PAGES
from sync.district.domain.action_plan import ActionStep, Baseline, PlanAction
from sync.district.domain.objection import ObjectionAbout, ObjectionAct, ObjectionStep, ObjectionSubject
from sync.district.domain.people import Role
from sync.district.measures.disclosure import Rules
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.period import asked_by_name
from sync.district.projection.loop import ProjectorLoop
from sync.district.reports.closing import close
from sync.district.reports.kinds import ReportKind
from sync.district.reports.period_figures import HowToRead
from sync.district.store import action_plans, objections, wall_displays
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import Connection, writing
from sync.district.times import local_day
from sync.protocol.chain import counter_notes_are_signed
from tests.district.conftest import METRICS_TOKEN, District, listening
from tests.district.session import Answer, Session
from tests.district.web_server import PASSWORD, hash_of_password
from tests.support.factories import COUNTER, UNIT, Box

PEOPLE = {
    "leader": (Role.LEADER, None, None),
    "inspector": (Role.INSPECTOR, UNIT, None),
    "officer": (Role.OFFICER, UNIT, "CB-1"),
    "technician": (Role.TECHNICIAN, UNIT, None),
    "administrator": (Role.ADMINISTRATOR, None, None),
}
PERIODS = (
    *("day", "today", "7-days", "week", "month", "quarter", "half-year", "year", "all"),
    *(f"day&of=2026-11-{day}" for day in range(20, 24)),
    *("week&of=2026-W47", "month&of=2026-11", "quarter&of=2026-Q4", "half-year&of=2026-H2", "year&of=2026"),
    *("range&first=2026-11-20&last=2026-11-21", "range&first=2026-11-21&last=2026-11-22"),
    *("range&first=2026-11-21&last=2026-12-31", "month&of=2025-11"),
)
"""What stands behind ``period=`` in an address: the newest of each kind, finished ones, and any days."""
_DRAWN = re.compile(
    r'(?<=name="form_token" value=")[^"]+|(?<=name="which" value=")[0-9a-f]+|(?<=name="secret" value=")[^"]+'
    r'|<svg class="qr".*?</svg>|<code class="secret">.*?</code>|<code>[0-9a-f]{128}</code>'
    r'|(?<=data-objection=")\d+|(?<=/objections/)\d+|(?<=Ý kiến số )\d+',
    re.DOTALL,
)
"""What a page draws at random: tokens of forms, names of sessions, a secret for an authenticator and its picture, a
signature with this district's own key, numbers of objections."""

_COUNTER = re.compile(r'id="rated" data-counter="([^"]+)"')
_MONTH = re.compile(r'data-month="([^"]+)" data-rated="(\d*)"')
_PART = re.compile(r'data-part="([^"]+)" data-n="(\d*)"')
_ASKED = re.compile(r'data-answer="([^"]+)" data-answer-n="(\d+)"')
_CONCERN = re.compile(r'data-(?:concern|place)="([^"]*)" data-k="(\d+)" data-n="(\d+)"')

_AT_COUNTER = re.compile(r'data-counter="([^"]+)" data-rated="(\d*)"')
_HOURS = re.compile(r'data-counter="([^"]+)" data-rated-hours="([\d ]*)"')
_TIMES_AT = re.compile(
    r'data-counter="([^"]+)"><th(?:(?!</tr>).)*?data-waiting="(\d*)"(?:(?!</tr>).)*?data-service="(\d*)"', re.S
)
_VISITS = re.compile(r'data-(field|hour|unit)="([^"]*)" data-n="(\d+)"')
"""What ``/one-stop`` and ``/waiting`` say to a program."""
_OF_RATINGS = ("rated", "not by ", "overall of")
"""How the kinds of numbers begin that count ratings of a place."""
_OF_SCORES = ("satisfied", "overall")
"""How many of a released group were satisfied, or were not: that is told with the group, and may differ by one. Of how
many ("overall of") is looked at among the ratings. That these are always of whole groups, so that no two of them lead
to less than one, ``test_disclosure`` proves of every page and period."""
_HASHES = re.compile(
    r"<code>(?:[0-9a-f]{8} ?)+…?</code>|lang-nghe/[0-9a-f]{16}\+\S+|^[A-Za-z0-9+/]{43}=$|^— .*$", re.MULTILINE
)
"""In what is told of the public log: hashes, and what this district's own key signed. How many there are is told."""

NEVER_TELLS = ("/static/{name}", "/language/{language}", "/openapi.json")
"""Files and a redirect: the same for everybody, whatever the database holds."""

FOR_EVERYBODY = (
    *("/invitation", "/pin/", "/nguoi-dan", "/co-quan", "/to-dan", "/tra-cuu", "/cong-khai", "/chi-so"),
    *("/niem-phong", "/display/", "/metrics", "/v1/"),
)
"""Addresses whose answer is the same whoever asks: each round proves it of one signed in person more."""

NAME_THE_HOST = ("/cong-khai.atom", "/to-dan", "/niem-phong")
"""They name the address they are asked at, in words and as a QR code; each server here has a port of its own."""


@dataclass
class Watcher:
    """``seen``: every answer of every round, with what is drawn at random taken out. ``figures``: every number of
    ratings or visits that was told about a place, of whatever period and round. ``hours``: by counter, the hours of the
    day that were ever told to have ratings, each time they were told."""

    district: District
    box: Box
    address: str
    names: dict[str, str]
    complaint_id: str
    number: str
    token: str
    display: str
    sessions: dict[str, Session] = field(default_factory=dict)
    seen: list[dict[str, Any]] = field(default_factory=list)
    figures: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    hours: dict[str, set[tuple[int, ...]]] = field(default_factory=dict)

    def paths(self) -> dict[str, list[str]]:
        """What is asked for each route."""
        views = [f"?period={period}" for period in PERIODS] + [f"?period=all&unit={UNIT}"]
        return {
            "/": ["/?period=month", "/?period=all"],
            "/figures.json": [f"/figures.json{view}" for view in views],
            "/indicators": ["/indicators?period=month", "/indicators?period=all"],
            "/indicators.json": [f"/indicators.json{view}" for view in views[::4]],
            "/causes": [f"/causes{view}" for view in views] + [f"/causes?period=all&unit={UNIT}&concern=overall"],
            "/actions": ["/actions", "/actions?show=all", f"/actions?show=mine&unit={UNIT}"],
            "/actions/table.csv": ["/actions/table.csv"],
            "/actions/new": [f"/actions/new?period=month&of=2026-11&unit={UNIT}&concern=overall"],
            "/actions/{plan_id}": ["/actions/1"],
            "/measures": ["/measures"],
            "/report.docx": ["/report.docx?period=month", *self._documents("docx")],
            "/report.xlsx": ["/report.xlsx?period=quarter", *self._documents("xlsx")],
            "/periods": ["/periods", f"/periods?unit={UNIT}&kind=year"],
            "/periods/open": [f"/periods/open?unit={UNIT}&of={of}" for of in ("2026-11", "2026")],
            "/periods/{number}": [f"/periods/{number}" for number in (1, 2)],
            "/roster": ["/roster", f"/roster?unit={UNIT}&of=2026-11-24"],
            "/roster/day": [f"/roster/day?unit={UNIT}&of=2026-12-01&counter={COUNTER}"],
            "/pins": ["/pins", f"/pins?unit={UNIT}"],
            "/contact-places": ["/contact-places", f"/contact-places?unit={UNIT}"],
            "/pin": ["/pin"],
            "/pin/{code}": ["/pin/2222-3333-4444-5555"],
            "/sign-in": ["/sign-in"],
            "/audit": ["/audit"],
            "/conclusions": ["/conclusions"],
            "/counter": ["/counter", "/counter?counter=q1"],
            "/late": [f"/late{view}" for view in views[::4]] + ["/late?stand=all&apology=without"],
            "/late/table.csv": ["/late/table.csv?stand=all"],
            "/late/review": [f"/late/review?unit={UNIT}&officer=CB-1&period=month&of=2026-11"],
            "/late/review/{number}.docx": ["/late/review/1.docx"],
            "/late/{code}": [f"/late/{UNIT}-261101-0001"],
            "/late/{code}/letter.docx": [f"/late/{UNIT}-261101-0001/letter.docx"],
            "/waiting": [f"/waiting{view}" for view in views[::4]],
            "/one-stop": [
                *("/one-stop", f"/one-stop?unit={UNIT}"),
                *(f"/one-stop?unit={UNIT}&{of}" for of in ("period=month&of=2026-11", "period=quarter&of=2026-Q3")),
            ],
            "/display/{secret}": [f"/display/{self.display}", f"/display/{self.display}?page=2", "/display/none"],
            "/fair": ["/fair?months=3", f"/fair?unit={UNIT}"],
            "/inquiries": ["/inquiries"],
            "/inquiries/new": ["/inquiries/new?counter=q1"],
            "/inquiries/{inquiry_id}": ["/inquiries/1"],
            "/remarks": ["/remarks"],
            "/remarks/{entry_id}": [f"/remarks/{self.complaint_id}"],
            "/objections": ["/objections"],
            "/objections/new": [
                "/objections/new?counter=q1",
                "/objections/new?doubt=1",
                "/objections/new?conclusion=1",
            ],
            "/objections/{objection_id}": ["/objections/1", "/objections/2"],
            "/doubts": ["/doubts"],
            "/doubts/{doubt_id}": ["/doubts/1"],
            "/kiosks": ["/kiosks", "/kiosks?q=q1", "/kiosks?trouble=backlog"],
            "/kiosks/settings": ["/kiosks/settings"],
            "/kiosks/settings/new": ["/kiosks/settings/new"],
            "/kiosks/enrol": ["/kiosks/enrol", f"/kiosks/enrol?unit={UNIT}"],
            "/metrics": ["/metrics"],
            "/kiosks/{device_id}": [f"/kiosks/{self.box.device_id}", f"/kiosks/{self.box.device_id}?days=90"],
            "/complaints": [f"/complaints?show={show}" for show in ("open", "supplemented", "all")],
            "/complaints/{entry_id}": [f"/complaints/{self.complaint_id}"],
            "/complaints/{entry_id}/sound/{sha256}": [f"/complaints/{self.complaint_id}/sound/{'0' * 64}"],
            "/complaints/rights": ["/complaints/rights"],
            "/complaints/table.csv": ["/complaints/table.csv?show=all"],
            "/complaints/hand-over": ["/complaints/hand-over"],
            "/complaints/templates": ["/complaints/templates"],
            "/complaints/{entry_id}/sheet.docx": [f"/complaints/{self.complaint_id}/sheet.docx"],
            "/content": ["/content", f"/content?unit={UNIT}"],
            "/content/{kind}": [f"/content/notices?unit={UNIT}", "/content/holidays?key=2026", "/content/consent"],
            "/content/changes/{number}": ["/content/changes/1"],
            "/personal": ["/personal"],
            "/personal/{number}": ["/personal/1"],
            "/personal/keeping": ["/personal/keeping"],
            "/personal/processing": ["/personal/processing"],
            "/personal/processing/record.docx": ["/personal/processing/record.docx"],
            "/personal/breaches": ["/personal/breaches"],
            "/personal/breaches/{number}": ["/personal/breaches/1"],
            "/personal/breaches/{number}/notice.docx": ["/personal/breaches/1/notice.docx"],
            "/kiosks/releases": ["/kiosks/releases"],
            "/account": ["/account"],
            "/people": ["/people"],
            "/people/{name}": ["/people/officer"],
            "/invitation": ["/invitation"],
            "/invitation/{code}": ["/invitation/2222-3333-4444-5555-6666"],
            "/tra-cuu": ["/tra-cuu"],
            "/tra-cuu/{token}": [f"/tra-cuu/{self.token}"],
            "/cong-khai": ["/cong-khai", "/cong-khai?q=can+bo"],
            "/cong-khai.atom": ["/cong-khai.atom"],
            "/cong-khai/{address}": [f"/cong-khai/{'0' * 16}"],
            "/nguoi-dan": ["/nguoi-dan", "/"],
            "/co-quan": ["/co-quan"],
            "/to-dan": ["/to-dan"],
            "/chi-so": ["/chi-so", f"/chi-so?unit={UNIT}"],
            "/chi-so.json": ["/chi-so.json"],
            "/chi-so.csv": ["/chi-so.csv"],
            "/chi-so/schema.json": ["/chi-so/schema.json"],
            "/niem-phong": ["/niem-phong"],
            "/niem-phong/checkpoint": ["/niem-phong/checkpoint"],
            "/niem-phong/key": ["/niem-phong/key"],
            "/niem-phong/verify_public.py": ["/niem-phong/verify_public.py"],
            "/niem-phong/tile/{name:path}": ["/niem-phong/tile/0/000", "/niem-phong/tile/0/001"],
            "/v1/health": ["/v1/health"],
            "/v1/snapshot": ["/v1/snapshot"],
            "/v1/releases/{version}": ["/v1/releases/0.2.0"],
            "/v1/releases/{version}/{platform}": ["/v1/releases/0.2.0/debian13-amd64"],
        }

    def _documents(self, ending: str) -> list[str]:
        """Every kind of document, of today's figures and of what was closed."""
        of_today = [f"/report.{ending}?kind={kind}&period=month&of=2026-11&unit={UNIT}" for kind in ReportKind]
        closed = [f"/report.{ending}?kind={kind}&closing=1" for kind in (ReportKind.SATISFACTION, ReportKind.LATE)]
        return [*of_today, *closed]

    def sign_in(self) -> None:
        """Everybody signs in: a session ends with the working day."""
        for name in PEOPLE:
            self.sessions[name] = session = Session(self.address)
            answer = session.post("/sign-in", {"user_name": name, "password": PASSWORD})
            assert answer.headers["Location"] == "/"
        self.sessions["nobody"] = Session(self.address)

    def look(self, *pages: str) -> None:
        """One round of everything, or of these pages alone, after the server has looked at the kiosks if it is time."""
        Watch(self.district.engine, self.district.services.settings, self.district.clock).step()
        told: dict[str, Any] = {}
        asked = [path for page, paths in self.paths().items() if not pages or page in pages for path in paths]
        also = list(PEOPLE)[len(self.seen) % len(PEOPLE)]
        for name, session in self.sessions.items():
            for path in asked:
                if path.startswith(FOR_EVERYBODY) and name not in ("nobody", also):
                    continue
                if name == "leader" or "period" not in path or path.endswith("period=all"):
                    told[f"{name} {self._plain(path)}"] = self._ask(session, path)
        public = [self._plain(path) for path in asked if path.startswith(FOR_EVERYBODY)]
        assert [path for path in public if told[f"nobody {path}"][:2] != told[f"{also} {path}"][:2]] == []
        self.seen.append(told)

    def _ask(self, session: Session, path: str) -> Any:
        token = self.box.token if path.startswith("/v1/") else METRICS_TOKEN if path == "/metrics" else ""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Host": "district.test"} if path.startswith(NAME_THE_HOST) else {}
        answer = session.get(path, headers)
        if path.startswith("/v1/snapshot"):
            return self._snapshot(answer)
        if path.startswith("/niem-phong"):
            return answer.status_code, _without_hashes(path, answer), ""
        if path.partition("?")[0].endswith((".docx", ".xlsx")) and answer.status_code == 200:
            return answer.status_code, {each: self._plain(text) for each, text in parts(answer.content).items()}, ""
        if session is not self.sessions["nobody"] and answer.status_code == 200:
            if path.startswith("/figures.json"):
                self._note(answer.json())
            if path.startswith("/indicators.json"):
                self._note_answers(answer.json())
            if path.startswith("/counter"):
                self._note_counter(answer.text)
            if path.startswith("/late?"):
                self._note_asked(path, answer.text)
            if path.startswith("/causes"):
                self._note_causes(path, answer.text)
            if path.startswith("/waiting"):
                self._note_waiting(path, answer.text)
            if path.startswith("/one-stop"):
                self._note_one_stop(answer.text)
        tag = answer.headers.get("ETag", "")
        return answer.status_code, self._plain(answer.text), tag

    def _snapshot(self, answer: Answer) -> Any:
        """The rows, and whether the tag moved since the last round. Cursors are drawn from this district's own keys."""
        tag, before = answer.headers["ETag"], self.tags.get("snapshot")
        self.tags["snapshot"] = tag
        rows = answer.json()["rows"]
        self._note_periods(rows.get("counter_periods", ()))
        for row in rows.get("counter_notes", ()):
            signature, key = b64decode(row.pop("signature")), bytes(self.district.services.receipt_key.verify_key)
            assert counter_notes_are_signed(row["counter_id"], row["content"], signature, key), (
                "with this district's key"
            )
        told = {
            name: len(given) if name in ("this_box", "complaint_answers") else given for name, given in rows.items()
        }
        return answer.status_code, self._plain(str(told)), tag == before

    def _note_periods(self, periods: list[dict[str, Any]]) -> None:
        """What a kiosk of the counter is told, and shows its staff."""
        for row in periods:
            figures = figures_from(row["content"])
            self.figures.setdefault((row["counter_id"], "rated"), set()).add(figures.rated or 0)
            for reason in figures.reasons:
                about = row["counter_id"], f"{reason.questionnaire} {reason.question_id} {reason.answer}"
                self.figures.setdefault(about, set()).add(reason.n)

    def _plain(self, text: str) -> str:
        for drawn, name in self.names.items():
            text = text.replace(drawn, name)
        return _DRAWN.sub("", text)

    def _note(self, page: dict[str, Any]) -> None:
        here = {"unit_id": page["unit_id"] or "all", "counter_id": None}
        totals = [page["total"], *(other["figure"] for other in page["compared"])]
        for where in (*(total | here for total in totals), *page["lines"]):
            for what in ("rated", "satisfied", "contradicted"):
                if where[what] is not None:
                    self.figures.setdefault((_place(where), what), set()).add(where[what])
        for cut in page["cuts"]:
            place = _place(here)
            self.figures.setdefault((place, f"not by {cut['by']}"), set()).add(cut["rest"])
            for line in cut["lines"]:
                self.figures.setdefault((place, f"rated of {cut['by']} {line['value']}"), set()).add(line["rated"])
        self._note_invitations(page["invitations"], here)
        for line in page["reasons"]["lines"]:
            for reason in (*line["better"], *line["good"]):
                self.figures.setdefault((_place(line), str(reason["words"])), set()).add(reason["n"])

    def _note_invitations(self, found: dict[str, Any] | None, here: dict[str, Any]) -> None:
        for where in (found["total"] | here, *found["lines"]) if found else ():
            for what in ("served", "ended", "invited", "answered"):
                if where[what] is not None:
                    self.figures.setdefault((_place(where), what), set()).add(where[what])

    def _note_answers(self, page: dict[str, Any]) -> None:
        place = page["unit_id"] or "all"
        for question in page["questions"]:
            about = (place, f"{question['questionnaire']} {question['question_id']}")
            self.figures.setdefault(about, set()).add(question["n"] or 0)
            for line in question["lines"] or ():
                self.figures.setdefault((place, f"{about[1]} {line['answer']}"), set()).add(line["n"])

    def _note_causes(self, path: str, page: str) -> None:
        place = UNIT if f"unit={UNIT}" in path else "all"
        for what, k, n in _CONCERN.findall(page):
            self.figures.setdefault((place, what), set()).add(int(k))
            self.figures.setdefault((place, f"{what} of"), set()).add(int(n))

    def _note_waiting(self, path: str, page: str) -> None:
        """How many visits the means of a unit, its fields, its hours and the units below are made of."""
        place = UNIT if f"unit={UNIT}" in path else "all"
        for kind, name, n in _VISITS.findall(page):
            self.figures.setdefault((place, f"visits of {kind} {name}"), set()).add(int(n))

    def _note_one_stop(self, page: str) -> None:
        for counter, rated in _AT_COUNTER.findall(page):
            self.figures.setdefault((counter, "rated"), set()).add(int(rated or 0))
        for counter, waited, served in _TIMES_AT.findall(page):
            self.figures.setdefault((counter, "waited"), set()).add(int(waited or 0))
            self.figures.setdefault((counter, "served"), set()).add(int(served or 0))
        for counter, hours in _HOURS.findall(page):
            self.hours.setdefault(counter, set()).add(tuple(int(hour) for hour in hours.split()))

    def _note_asked(self, path: str, page: str) -> None:
        """What citizens answered about apologies, as the register of late dossiers tells it."""
        place = UNIT if f"unit={UNIT}" in path else "all"
        for answer, n in _ASKED.findall(page):
            self.figures.setdefault((place, f"asked {answer}"), set()).add(int(n))

    def _note_counter(self, page: str) -> None:
        """The months and the points on a counter's page; of both, what is told of a whole is told of the counter."""
        for counter in _COUNTER.findall(page):
            for month, n in _MONTH.findall(page):
                self.figures.setdefault((counter, f"month {month}"), set()).add(int(n or 0))
            for part, n in _PART.findall(page):
                self.figures.setdefault((counter, f"points {part}"), set()).add(int(n or 0))

    def too_close(self) -> list[Any]:
        """Any two numbers of one kind at one place, of whatever period and round, that differ by fewer than ``K``; and
        of ratings any two at one place: a unit less a line, a line less another, or what is in no line."""
        kinds = {key: values for key, values in self.figures.items() if key[-1] not in _OF_SCORES}
        rated: dict[str, set[int]] = {}
        for (place, what), values in kinds.items():
            if what.startswith(_OF_RATINGS):
                rated.setdefault(place, set()).update(values)
        together = {(place, "ratings"): values for place, values in rated.items()}
        return [
            (key, pair)
            for key, values in (kinds | together).items()
            for pair in combinations(sorted({0, *values}), 2)
            if pair[1] - pair[0] < K
        ]


def parts(file: bytes) -> dict[str, str]:
    """What is in a document or workbook; when it was written aside."""
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        names = [name for name in parts.namelist() if not name.startswith("docProps/")]
        return {name: parts.read(name).decode("utf-8", "replace") for name in names}


def _place(line: dict[str, Any]) -> str:
    return str(line["unit_id"] if line["counter_id"] is None else line["counter_id"])


def unwatched(district: District, watcher: Watcher) -> set[str]:
    """Routes that a browser or a box can get and that the watcher does not ask for."""
    routers = [*(page(district.services) for page in PAGES), router(district.services)]
    routes = [route for each in routers for route in each.routes]
    gets = {route.path for route in routes if "GET" in getattr(route, "methods", ())}
    return gets - watcher.paths().keys() - set(NEVER_TELLS)


def _make_plan(connection: Connection, district: District) -> None:
    """A plan that is done, so that what came of it is looked for on its page and in the table."""
    at, day = district.clock(), local_day(district.clock())
    made = ActionStep(at, "leader", Role.LEADER, PlanAction.MAKE, "Mở thêm một quầy", "officer", day)
    plan_id = action_plans.make(connection, UNIT, Baseline("overall", "month", "2026-10", 10, 40), made)
    ended = ActionStep(at, "officer", Role.OFFICER, PlanAction.FINISH, "Quầy đã mở")
    action_plans.add_step(connection, plan_id, ended)


def _make_objections(connection: Connection, district: District) -> None:
    """An objection to a month that is over, and one to the month in which everything happens."""
    for seconds, month in enumerate((date(2026, 10, 1), date(2026, 11, 1))):
        at = district.clock() + timedelta(seconds=seconds)  # the older stands first, whatever number it draws
        raised = ObjectionStep(at, "officer", Role.OFFICER, ObjectionAct.RAISE, "Máy lấy số hỏng hai ngày liền.")
        objections.make(connection, ObjectionSubject(ObjectionAbout.FIGURE, UNIT, COUNTER, month, 10, 40), raised)


@contextmanager
def watching(district: District, box: Box) -> Iterator[Watcher]:
    """A watcher at the district's real server."""
    number, token = mint().number, "w" * 22
    told = box.tell(number, receipt_token=token)
    with writing(district.engine) as connection:
        for name, (role, unit_id, officer) in PEOPLE.items():
            row = UserRow(name, hash_of_password(), role, unit_id, False, officer, officer is None)
            add_user(connection, row, district.clock())
        _make_plan(connection, district)
        _make_objections(connection, district)
        display = wall_displays.make(connection, UNIT, "leader", district.clock())
    settings, key = district.services.settings, district.services.receipt_key
    rules = Rules(settings.minimum_n, settings.group_floor)
    how = HowToRead(rules, load_indicator_rules(None), district.clock())
    close(district.engine, key, asked_by_name("2026-10"), UNIT, "leader", how)
    names = {box.device_id: "box-1", told.entry_id: "complaint-1", display: "display-1"}
    for shown in (number, masked_number(number), f"…{number[-4:]}"):
        names |= dict.fromkeys((shown, " ".join(re.findall("....", shown))), "number-1")
    with serving(district) as address:
        watcher = Watcher(district, box, address, names, told.entry_id, number, token, display)
        watcher.sign_in()
        yield watcher


@contextmanager
def serving(district: District) -> Iterator[str]:
    """The district with its pages on a free port of loopback."""
    listener = listening()
    app = create_app(district.services, [page(district.services) for page in PAGES])
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_keep_alive=600)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = server.force_exit = True
    thread.join(20)
    listener.close()


def restarted(district: District) -> ProjectorLoop:
    """A projector that has just been started."""
    daily = partial(daily_checkpoint, district.engine, district.services.settings)
    return ProjectorLoop(district.engine, district.keys, now=district.clock, daily=[daily])


def settled(follower: ProjectorLoop) -> None:
    """Lets the projector do everything there is to do now."""
    while follower.tick() == 0.0:
        pass


def _without_hashes(path: str, answer: Answer) -> str:
    """What a page or a file of the public log tells beside hashes nobody can guess: how many there are."""
    return f"{len(answer.content)} bytes" if "/tile/" in path else _HASHES.sub("", answer.text)
