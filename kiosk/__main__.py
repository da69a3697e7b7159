"""The box's command line. Each command imports what it needs when it is asked for, so that none waits for another."""

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from kiosk import __version__
from kiosk.domain.declared_settings import BadSettings
from kiosk.settings import Settings, load


def main(arguments: list[str] | None = None) -> int:
    """Exit 0: well; 1: something is wrong, one sentence says what; 2: the command or the settings are not right."""
    os.umask(0o077)
    options = _parser().parse_args(arguments)
    try:
        settings = load(options.config)
    except BadSettings as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return 2
    return _run(options, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="Lắng Nghe on the box: the screen and its care.")
    parser.add_argument("--config", help="the settings (else KIOSK_CONFIG, else the example)")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="open the screen (what systemd starts)")
    run.add_argument("--verbose", action="store_true", help="log each change of screen; for trying things out")
    commands.add_parser(
        "scan", help="read scans, one a line, from standard input; print each dossier code, or - and why"
    )
    doctor = commands.add_parser("doctor", help="check everything; say what is wrong and what to do next")
    doctor.add_argument("--json", action="store_true", help="for machines")
    status = commands.add_parser("status", help="what the box holds and what waits; asks nothing of the network")
    status.add_argument("--json", action="store_true", help="for machines")
    print_test = "print a page that shows whether receipts will come out right"
    page = commands.add_parser("print-test", help=print_test, description=print_test)
    page.add_argument("--models", action="store_true", help="list the models that [printer] profile may name")
    commands.add_parser("verify", help="walk the ledger and its signatures; exit 1 when an entry does not hold")
    stood = commands.add_parser("head", help="where the ledger stood at the end of a day, signed: photograph it")
    stood.add_argument("--date", type=_day, help="YYYY-MM-DD (default: today)")
    shown = stood.add_mutually_exclusive_group()
    shown.add_argument("--qr", type=Path, metavar="FILE.png", help="as a QR code in a picture")
    shown.add_argument("--print", action="store_true", dest="on_paper", help="as a QR code on the receipt printer")
    saved = commands.add_parser("backup", help="copy the box's file while it is in use")
    saved.add_argument("file", type=Path, help="a new file, best on a stick; the keys are not in it")
    restored = commands.add_parser("restore", help="go on from a backup where the box's file is gone or damaged")
    restored.add_argument("file", type=Path, help="what `kiosk backup` wrote")
    commands.add_parser("roll-key", help="make this box a new key of its own at its next contact")
    enrol = commands.add_parser("enrol", help="make this box a device of a unit, with a one-time code of the district")
    enrol.add_argument("url", help="the district's address, e.g. https://langnghe.example.gov.vn")
    enrol.add_argument("code", help="the code that `district device code UNIT` printed")
    carry = commands.add_parser("carry", help="without a network: take entries to the district on a USB stick")
    ways = carry.add_subparsers(dest="way", required=True)
    out = ways.add_parser("export", help="write everything that waits onto the stick")
    out.add_argument("folder", type=Path, help="where the stick is mounted, e.g. /media/stick")
    back = ways.add_parser("receive", help="take the district's answers from the stick")
    back.add_argument("path", type=Path, help="where the stick is mounted, or one answer file on it")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("write the day as YYYY-MM-DD") from error


def _run(options: argparse.Namespace, settings: Settings) -> int:
    match options.command:
        case "run":
            from kiosk.cli.run import run

            return run(settings, verbose=options.verbose)
        case "scan":
            from kiosk.cli.scan import scan

            return scan(settings)
        case "doctor":
            from kiosk.cli.doctor import doctor

            return doctor(settings, as_json=options.json)
        case "status":
            from kiosk.cli.status import status

            return status(settings, as_json=options.json)
        case "print-test":
            from kiosk.cli.printing import print_test

            return print_test(settings, list_models=options.models)
        case "verify":
            from kiosk.cli.verify import verify

            return verify(settings)
        case "head":
            from kiosk.cli.head import head

            return head(settings, options.date, options.qr, on_paper=options.on_paper)
        case "backup":
            from kiosk.cli.backup import back_up

            return back_up(settings, options.file)
        case "restore":
            from kiosk.cli.backup import restore

            return restore(settings, options.file)
        case "roll-key":
            from kiosk.cli.rotate_key import ask_for_rotation

            return ask_for_rotation(settings)
        case "enrol":
            from kiosk.cli.enrol import enrol_box

            return enrol_box(settings, options.url, options.code)
        case "carry":
            from kiosk.cli.carry import carry_export, carry_receive

            if options.way == "export":
                return carry_export(settings, options.folder)
            return carry_receive(settings, options.path)
    return 2


if __name__ == "__main__":
    sys.exit(main())
