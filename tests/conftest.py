"""The order of the suite (fast first), and the promise that whole kinds of tests really ran.

``INSIST=ui,postgresql,browser,fuzz,booted,clean`` in the environment fails the run when no test of a kind passed: a
green run that skipped the window, the database, the browser, the fuzzing of the wire, the booted units or the packages
on a fresh Debian proves nothing.
"""

import gc
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

# Nothing here depends on the wall clock; what continuous integration runs is the same each time. A failing example is
# printed with its values and with the line that replays it (@reproduce_failure).
settings.register_profile(
    "lang-nghe",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("fast", settings.get_profile("lang-nghe"), max_examples=20)
settings.load_profile("lang-nghe")
gc.set_threshold(50_000, 20, 20)  # as seldom as memory allows: it took a third of the processor's time

ORDER = (
    *("domain", "vietnamese", "unit", "flow", "hardware", "protocol", "agent", "store", "test_"),
    *("e2e", "district/test_promise_6", "district", "ui"),  # what takes long for one process before what can be shared
)
LONGEST = ("tests/ui/test_layout.py", "tests/district/test_promise_6.py")
KINDS = {
    "ui": lambda nodeid: nodeid.startswith("tests/ui/"),
    "postgresql": lambda nodeid: "[postgresql" in nodeid,
    "browser": lambda nodeid: "browser" in nodeid,
    "booted": lambda nodeid: "test_booted" in nodeid,
    "clean": lambda nodeid: "test_clean_debian" in nodeid,
    "fuzz": lambda nodeid: "test_openapi_fuzz" in nodeid and "[postgresql" not in nodeid,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        where = item.nodeid.removeprefix("tests/")
        return next((number for number, name in enumerate(ORDER) if where.startswith(name)), len(ORDER))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What is there now stays until the end: the garbage collector need not walk it again and again."""
    gc.collect()
    gc.freeze()


class Scheduling(LoadFileScheduling):
    """Of several processes one runs a whole file, for its fixtures; of the longest files, a whole test function."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("[")[0] if nodeid.startswith(LONGEST) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


class Insistence:
    """Counts what passed, by kind."""

    def __init__(self, kinds: list[str]) -> None:
        self.passed = dict.fromkeys(kinds, 0)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            for kind in self.passed:
                self.passed[kind] += KINDS[kind](report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        missing = [kind for kind, count in self.passed.items() if count == 0]
        if missing and session.config.args == session.config.getini("testpaths"):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            print(f"\nno test of these kinds passed, and this run insists on them: {', '.join(missing)}")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # one of several processes: the one that started them hears of every test and judges the run
    kinds = [kind for kind in os.environ.get("INSIST", "").split(",") if kind]
    if kinds:
        config.pluginmanager.register(Insistence(kinds))
