"""Check the language packs: which languages are offered, which are not and why, and which texts are left out."""

from kiosk.cli.checks.check import CheckResult, Phrase, ok, warning
from kiosk.languages.pack import Fault, Pack
from kiosk.languages.packs import NotOffered, load_packs, lying_idle
from kiosk.languages.translations import spoken_of
from kiosk.settings import Settings


def languages(settings: Settings) -> list[CheckResult]:
    """One line for what is offered, and one for each pack that is not used or not whole."""
    packs = load_packs(settings.languages, settings.default_language, settings.language_packs)
    names = ", ".join(pack.name for pack in packs.offered.values())
    found = [ok("languages", "offered", names=names)]
    found += [_refused(each) for each in packs.refused]
    for each in lying_idle(settings.languages, settings.language_packs):
        word = "shipped" if each.word == "shipped" else "not_offered"
        found.append(_lying(word, each.language, settings))
    for pack in packs.offered.values():
        faults = [*pack.screen.faults, *spoken_of(pack, packs.reference)[1]]
        found += [_left_out(pack, faults)] if faults else []
    return found


def _refused(refused: NotOffered) -> CheckResult:
    reason = Phrase(f"pack.{refused.word}", {name: str(value) for name, value in refused.values.items()})
    return warning("languages", "refused", language=refused.language, reason=reason)


def _lying(word: str, language: str, settings: Settings) -> CheckResult:
    folder = settings.language_packs / language
    if word == "shipped":
        return warning("languages", "shipped", language=language, folder=folder)
    return warning("languages", "not_offered", language=language, folder=folder)


def _left_out(pack: Pack, faults: list[Fault]) -> CheckResult:
    first = faults[0]
    key = f"{first.part}.toml {first.key}".strip()
    values = {"language": pack.language, "count": len(faults), "first": key}
    return warning("languages", "left_out", reason=Phrase(f"pack_lack.{first.word}", {}), **values)
