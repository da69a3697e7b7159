"""Check the screen by its sign of life: does it draw, does it cover the panel, who draws, does a touch panel answer."""

from kiosk.box.sign_of_life import ScreenState, SignOfLife, read_sign, screen_runs, state_of
from kiosk.cli.checks.check import CheckResult, failed, ok, warning
from kiosk.clock import Moment
from kiosk.hardware.touch_panel import touch_panels
from kiosk.settings import Settings
from sync.protocol.health import judged_health


def screen(settings: Settings, now: Moment) -> list[CheckResult]:
    """Lines of the screen; of one that draws also the renderer and the picture."""
    folder = settings.runtime
    sign = read_sign(folder)
    state = state_of(sign, now, runs=screen_runs(folder))
    if sign is None or state is None:
        return [warning("screen", "never", folder=folder)]
    if state is ScreenState.STARTING:
        return [ok("screen", "starting")]
    restarts: dict[str, object] = {"restarts": sign.restarts}
    fact = judged_health({"screen": restarts | {"state": str(state)}})["screen"]
    lines = [CheckResult("screen", fact.level, fact.word, restarts)]
    return lines + _drawn(sign) if state is ScreenState.DRAWS else lines


def _drawn(sign: SignOfLife) -> list[CheckResult]:
    drawn = [ok("picture", "covers") if sign.covers else failed("picture", "partial")]
    facts = judged_health({"renderer": sign.renderer})
    return drawn + [CheckResult("renderer", fact.level, fact.word) for fact in facts.values()]


def touch() -> CheckResult:
    """Whether a touch panel answers, by the kernel's list of devices."""
    panels = touch_panels()
    return ok("touch", "there", names=", ".join(panels)) if panels else failed("touch", "absent")
