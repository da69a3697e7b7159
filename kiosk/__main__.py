"""The kiosk's command line. Each command imports what it needs when it is called, so that all of them start fast."""

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from kiosk import __version__
from kiosk.domain.declared_settings import BadSettings
from kiosk.paths import become_owner, end_quietly, read_command_line
from kiosk.settings import Settings, load

NEEDS_NO_DATA = ("scan", "print-test", "doctor", "voice-check", "language", "queue")
"""Commands that work for anybody; the doctor says itself whose the folder is."""


def main(arguments: list[str] | None = None) -> int:
    """Exit 0: well; 1: something is wrong, one sentence says what; 2: the command or the settings are not right."""
    os.umask(0o077)
    options = read_command_line(_parser(), arguments)
    try:
        settings = load(options.config)
    except BadSettings as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return 2
    takes_another_disk = options.command == "shelve" and options.source
    stays_root = takes_another_disk or (options.command == "update" and options.update_way == "install")
    if options.command not in NEEDS_NO_DATA and not stays_root and (refused := become_owner(settings.data)):
        print(f"kiosk: {refused}", file=sys.stderr)
        return 2
    try:
        return _run(options, settings)
    except BrokenPipeError:
        return end_quietly()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk", description="Lắng Nghe on the kiosk: the screen, and commands for technicians."
    )
    parser.add_argument("--config", help="the settings (else KIOSK_CONFIG, else /etc/lang-nghe/kiosk.toml)")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="open the screen (systemd runs this)")
    run.add_argument("--verbose", action="store_true", help="also log each change of screen")
    commands.add_parser(
        "scan", help="read scans from standard input, one a line; print each dossier code, or - and the reason"
    )
    doctor = commands.add_parser("doctor", help="check the kiosk; say what is wrong and what to do next")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    doctor.add_argument("--lang", choices=("vi", "en"), help="the language of the lines (else the locale's)")
    status = commands.add_parser("status", help="show what is recorded and what waits for delivery; uses no network")
    status.add_argument("--json", action="store_true", help="print JSON")
    print_test = "print a page that shows whether receipts will come out right"
    page = commands.add_parser("print-test", help=print_test, description=print_test)
    page.add_argument("--models", action="store_true", help="list the models that [printer] profile may name")
    voice = commands.add_parser("voice-check", help="say whether a person's recording of the spoken prompts is fit")
    voice.add_argument("folder", type=Path, help="the recordings of one language, named as the prompts: rate.wav …")
    voice.add_argument("--language", default="vi", help="the language that is spoken (default: vi)")
    language = commands.add_parser("language", help="language packs: see what one lacks")
    packs = language.add_subparsers(dest="language_way", required=True)
    lacking = packs.add_parser(
        "check", help="list what a language pack lacks, in the order in which citizens meet it; exit 0 when it is whole"
    )
    lacking.add_argument("pack", metavar="CODE", help="the language, such as hmn, or the folder of a pack: ./hmn")
    lacking.add_argument("--lang", choices=("vi", "en"), help="the language of the lines (else the locale's)")
    _queue_parser(commands.add_parser("queue", help="the office's ticket system: hear from it, or try it out"))
    _settings_parser(commands.add_parser("settings", help="the kiosk's settings: show each and where it came from"))
    commands.add_parser("verify", help="check the ledger and its signatures; exit 1 when an entry fails")
    stood = commands.add_parser(
        "head", help="show the ledger's signed position at the end of a day, to be photographed"
    )
    stood.add_argument("--date", type=_day, help="YYYY-MM-DD (default: today)")
    shown = stood.add_mutually_exclusive_group()
    shown.add_argument("--qr", type=Path, metavar="FILE.png", help="as a QR code in a picture")
    shown.add_argument("--print", action="store_true", dest="on_paper", help="as a QR code on the receipt printer")
    saved = commands.add_parser("backup", help="copy the database while it is in use")
    saved.add_argument("file", type=Path, help="a new file, best on a USB stick; it does not contain the keys")
    restored = commands.add_parser("restore", help="continue from a backup when the database is lost or damaged")
    restored.add_argument("file", type=Path, help="the file that `kiosk backup` wrote")
    shelved = commands.add_parser(
        "shelve", help="put the ledger and its keys aside before a new enrolment; pending entries are still delivered"
    )
    taken = "take the ledger of another kiosk's disk onto the shelf instead, and deliver what waits there"
    shelved.add_argument("--from", type=Path, dest="source", metavar="FOLDER", help=taken)
    commands.add_parser("roll-key", help="rotate this kiosk's key at its next contact with the district")
    _update_parser(
        commands.add_parser("update", help="other releases of the software: what waits, take one, install it")
    )
    _enrol_parser(commands.add_parser("enrol", help="enrol this kiosk in a unit, with a one-time code of the district"))
    _carry_parser(commands.add_parser("carry", help="deliver without a network, on a USB stick"))
    return parser


def _carry_parser(carry: argparse.ArgumentParser) -> None:
    ways = carry.add_subparsers(dest="way", required=True)
    out = ways.add_parser("export", help="write all pending entries to the stick")
    out.add_argument("folder", type=Path, help="where the stick is mounted, e.g. /media/stick")
    back = ways.add_parser("receive", help="apply the district's responses from the stick")
    back.add_argument("path", type=Path, help="where the stick is mounted, or one response file on it")


def _enrol_parser(enrol: argparse.ArgumentParser) -> None:
    enrol.add_argument("url", nargs="?", help="the district's address, e.g. https://langnghe.example.gov.vn")
    enrol.add_argument("code", nargs="?", help="the code that `district device code UNIT` printed")
    enrol.add_argument("--file", type=Path, help="take both from a file that `district device code --file` wrote")


def _update_parser(update: argparse.ArgumentParser) -> None:
    ways = update.add_subparsers(dest="update_way", required=True)
    status = ways.add_parser("status", help="say which release runs, what waits, and what became of the last update")
    status.add_argument("--json", action="store_true", help="print JSON")
    taken = ways.add_parser("take", help="take a release from a USB stick; it is installed when the office is closed")
    taken.add_argument("path", type=Path, help="where the stick is mounted, or one .lnr.json file on it")
    taken.add_argument("--now", action="store_true", help="install it at once; the screen starts anew meanwhile")
    now = ways.add_parser("now", help="install what waits at once; the screen starts anew meanwhile")
    for each in (status, taken, now):
        each.add_argument("--lang", choices=("vi", "en"), help="the language of the lines (else the locale's)")
    ways.add_parser("install", help="install what was handed over (systemd runs this as root)")
    ways.add_parser("quiet", help="exit 0 when the office has been closed for an hour (an update asks this)")
    for name, what in (("copy", "copy the database into a folder"), ("try", "try this release with such a copy")):
        ways.add_parser(name, help=f"{what} (an update does this)").add_argument("folder", type=Path)


def _settings_parser(settings: argparse.ArgumentParser) -> None:
    ways = settings.add_subparsers(dest="settings_way", required=True)
    shown = ways.add_parser("show", help="list every setting: the default, the own file's, or one the district sent")
    shown.add_argument("--json", action="store_true", help="print JSON")
    shown.add_argument("--lang", choices=("vi", "en"), help="the language of the lines (else the locale's)")


def _queue_parser(queue: argparse.ArgumentParser) -> None:
    ways = queue.add_subparsers(dest="queue_way", required=True)
    ways.add_parser("run", help="hear from the ticket system that the settings name (systemd runs this)")
    check = ways.add_parser("check", help="say whether a file of the ticket system is understood; nothing is kept")
    check.add_argument("file", type=Path, help="a table (.csv, .tsv, .txt) or lines of JSON (.jsonl)")
    check.add_argument("--lang", choices=("vi", "en"), help="the language of the answer (else the locale's)")
    made = ways.add_parser("simulate", help="print the events of a made-up day, to try an adapter with")
    made.add_argument("--office", default="H32.13", help="the office's code (default: H32.13)")
    made.add_argument("--day", type=_day, help="YYYY-MM-DD (default: today)")
    made.add_argument("--tickets", type=int, default=200)
    made.add_argument("--counters", type=int, default=4)
    made.add_argument("--lost-hour", type=int, metavar="HOUR", help="leave out what happened in this hour")
    made.add_argument("--double", action="store_true", help="tell everything twice and out of order")
    made.add_argument("--csv", action="store_true", dest="as_csv", help="as a table instead of lines of JSON")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("write the day as YYYY-MM-DD") from error


def _run(options: argparse.Namespace, settings: Settings) -> int:
    if options.command in NEEDS_NO_DATA:
        return _without_data(options, settings)
    match options.command:
        case "run":
            from kiosk.cli.run import run

            return run(settings, verbose=options.verbose)
        case "status":
            from kiosk.cli.status import status

            return status(settings, as_json=options.json)
        case "settings":
            from kiosk.cli.settings_show import settings_show

            return settings_show(settings, as_json=options.json, language=options.lang or "")
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
        case "shelve":
            from kiosk.cli.shelve import shelve_from, shelve_ledger

            return shelve_from(settings, options.source) if options.source else shelve_ledger(settings)
        case "roll-key":
            from kiosk.cli.rotate_key import ask_for_rotation

            return ask_for_rotation(settings)
        case "enrol":
            from kiosk.cli.enrol import enrol_box

            return enrol_box(settings, options.url, options.code, options.file)
        case "update":
            return _update(options, settings)
        case "carry":
            from kiosk.cli.carry import carry_export, carry_receive

            if options.way == "export":
                return carry_export(settings, options.folder)
            return carry_receive(settings, options.path)
    return 2


def _update(options: argparse.Namespace, settings: Settings) -> int:
    from kiosk.cli import update

    match options.update_way:
        case "status":
            return update.update_status(settings, as_json=options.json, language=options.lang or "")
        case "take":
            return update.update_take(settings, options.path, now=options.now, language=options.lang or "")
        case "now":
            return update.update_now(settings, language=options.lang or "")
        case "install":
            return update.update_install(settings)
        case "quiet":
            return update.update_quiet(settings)
        case "copy":
            return update.copy_for_trial(settings, options.folder)
    return update.try_on_copy(settings, options.folder)


def _without_data(options: argparse.Namespace, settings: Settings) -> int:
    """The commands that look at devices and files only."""
    match options.command:
        case "scan":
            from kiosk.cli.scan import scan

            return scan(settings)
        case "doctor":
            from kiosk.cli.doctor import doctor

            return doctor(settings, as_json=options.json, language=options.lang or "")
        case "queue":
            return _queue(options, settings)
        case "print-test":
            from kiosk.cli.printing import print_test

            return print_test(settings, list_models=options.models)
        case "language":
            from kiosk.cli.language_check import language_check

            return language_check(settings, options.pack, options.lang or "")
        case "voice-check":
            from kiosk.cli.voice_check import voice_check

            return voice_check(options.folder, options.language)
    return 2


def _queue(options: argparse.Namespace, settings: Settings) -> int:
    from kiosk.cli import queue
    from kiosk.queue.simulated_day import SimulatedDay

    match options.queue_way:
        case "check":
            return queue.check_file(settings, options.file, options.lang or "")
        case "simulate":
            day, counts = options.day or queue.today(), (options.tickets, options.counters)
            wanted = SimulatedDay(day, options.office, *counts, options.lost_hour, options.double)
            return queue.simulate(wanted, as_csv=options.as_csv)
    if refused := become_owner(settings.data):
        print(f"kiosk: {refused}", file=sys.stderr)
        return 2
    return queue.run_queue(settings)


if __name__ == "__main__":
    sys.exit(main())
