"""An enrolled box with the sample office's reference data, made by the real programs; the district is gone again."""

from pathlib import Path

from tests.support.rig import SAMPLES, Rig

UNIT = "H35.88.01"
IMPORTS = (
    ("units", "samples/units.csv"),
    ("counters", "samples/counters.csv"),
    ("officers", "samples/officers.csv"),
    ("procedures", "samples/procedures.xlsx"),
    ("dossiers", "samples/dossiers.csv"),
    ("questionnaire", "schemes/mot-cua.toml"),
)


def prepare(folder: Path) -> None:
    """Leaves the box in ``folder/kiosk``; a second call finds it there."""
    if folder.exists():
        return
    rig = Rig(folder)
    try:
        rig.district_command("init")
        for kind, file in IMPORTS:
            rig.district_command("import", kind, str(SAMPLES / file))
        rig.start_district()
        rig.kiosk_command("enrol", rig.url, rig.district_command("device", "code", UNIT).strip())
        rig.run("-m", "sync", "once")
    finally:
        rig.stop()


def dossier_codes() -> list[str]:
    lines = (SAMPLES / "samples/dossiers.csv").read_text(encoding="utf-8-sig").splitlines()
    return [line.split(",")[1] for line in lines if line.split(",")[1].startswith("H35.")]
