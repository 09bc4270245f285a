"""The ``key`` commands: look after the keys from a terminal. Secrets are asked for there or read from a descriptor.

What a person is asked is asked between two runs of the event loop, so that Ctrl-C ends a prompt at once.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import itertools
import os
import sys
from datetime import datetime
from pathlib import Path

import msgspec
import segno

from server.bootstrap import ignore
from server.errors import BackupFileError, DataFolderInUseError, DomainError, WrongPassphraseError
from server.premises import owning
from server.records import open_records
from server.recovery import Step, Vault
from server.settings import Options
from server.terminal import ProgressLine, confirm, print_json, read_descriptor, tell
from server.vault.backup import SavedKeys
from server.vault.key_file import KeyFileStore


def add_actions(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Add what can be done with keys; each sets ``action`` to a function of options and arguments."""
    passphrase = argparse.ArgumentParser(add_help=False)
    passphrase.add_argument("--passphrase-fd", type=int, metavar="N", help="read the pass phrase from this descriptor")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    show = actions.add_parser("status", parents=[common], help="where the keys are, and whether a backup was checked")
    show.set_defaults(action=status)
    save = actions.add_parser("backup", parents=[common, passphrase], help="save the keys in a file, by pass phrase")
    save.add_argument("file", metavar="FILE", type=Path)
    save.set_defaults(action=back_up)
    paper = actions.add_parser("recovery", parents=[common], help="show the keys as text to print, and as a QR code")
    paper.set_defaults(action=show_recovery_key)
    check = actions.add_parser("verify", parents=[common, passphrase], help="check a copy of the keys on the database")
    check.set_defaults(action=verify)
    back = actions.add_parser("restore", parents=[common, passphrase], help="put the keys back from a copy")
    back.set_defaults(action=restore)
    for action in (check, back):
        copy = action.add_mutually_exclusive_group(required=True)
        copy.add_argument("file", metavar="FILE", type=Path, nargs="?")
        copy.add_argument("--recovery", action="store_true", help="type the printed recovery key instead of a file")
    change = actions.add_parser("rotate", parents=[common], help="encrypt everything anew under a new key")
    change.add_argument("--database", action="store_true", help="change the key of the database file instead")
    change.set_defaults(action=rotate)
    take = actions.add_parser("import", parents=[common], help="take a key that was made elsewhere")
    origin = take.add_mutually_exclusive_group(required=True)
    origin.add_argument("--from-file", metavar="F", type=Path, help="a file that only you can read")
    origin.add_argument("--from-fd", metavar="N", type=int, help="a descriptor")
    take.set_defaults(action=import_key)
    for action in (back, take):
        action.add_argument("--yes", action="store_true", help="don't ask before writing")


def status(options: Options, _: argparse.Namespace) -> None:
    """Print how the keys do, whatever state they are in."""
    found = asyncio.run(_vault(options).status())
    print_json(msgspec.to_builtins(msgspec.convert(found, _StatusJson, from_attributes=True)))


def back_up(options: Options, arguments: argparse.Namespace) -> None:
    """Write a backup file. Raises BackupError's leaves and what keeps the keys from being opened."""
    passphrase = _passphrase(arguments.passphrase_fd, twice=True)
    asyncio.run(_vault(options).back_up(arguments.file, passphrase, _say))
    tell(
        f"Saved in {arguments.file}. It counts once it was checked: copy it to where it will be kept, then run "
        "`miauflix key verify` on that copy."
    )


def show_recovery_key(options: Options, _: argparse.Namespace) -> None:
    """Print the keys as rows of text, on a terminal with their QR code. Raises RecoveryKeyError."""
    text = asyncio.run(_vault(options).recovery_key())
    if not sys.stdout.isatty():
        print_json({"recoveryKey": text})
        return
    sys.stdout.write(f"{text}\n")
    segno.make("".join(filter(str.isalnum, text)), error="m").terminal(compact=True)
    tell("Whoever has this can read your data. Print it and lock it away; nobody will ever ask you for it.")


def verify(options: Options, arguments: argparse.Namespace) -> None:
    """Check a copy of the keys and remember that it is good. Raises BackupError's leaves, DatabaseDamagedError."""
    found = asyncio.run(_vault(options).verify(_copy(options, arguments), _say))
    print_json(msgspec.to_builtins(msgspec.convert(found, _VerificationJson, from_attributes=True)))
    tell("This copy opens your data.")


def restore(options: Options, arguments: argparse.Namespace) -> None:
    """Put the keys back from a copy, after saying what that will do. Raises BackupError's leaves, StartError."""
    _put(options, _copy(options, arguments), yes=arguments.yes)


def import_key(options: Options, arguments: argparse.Namespace) -> None:
    """Take a key from a file or descriptor. Raises KeyExistsError, BackupForeignError, KeyFileError, KeyWrongError."""
    if arguments.from_file:
        text = asyncio.run(KeyFileStore(arguments.from_file).read())
        if text is None:
            raise BackupFileError(f"There is no file {arguments.from_file}.")
    else:
        text = read_descriptor(arguments.from_fd)
    _put(options, asyncio.run(_vault(options).take(text)), yes=arguments.yes)
    if arguments.from_file:
        tell(f"{arguments.from_file} is no longer needed: delete it, or keep it where nobody else comes.")
    if "TORRENT_KEY" in os.environ:
        tell("TORRENT_KEY is still set in the environment: unset it, or Miauflix will not start.")


def rotate(options: Options, arguments: argparse.Namespace) -> None:
    """Change a key while no server runs. Raises DataFolderInUseError, RotationError, StartError."""
    try:
        changed = asyncio.run(_rotate(options, database=arguments.database))
    except DataFolderInUseError as error:
        raise DataFolderInUseError(
            f"Miauflix runs on {options.data_dir}. Make new keys in its settings, under Security, or stop it first."
        ) from error
    print_json(changed)
    tell(
        "A backup of the former keys does not open what is here from now on. Save the new ones with `miauflix key "
        "backup FILE` and check that with `miauflix key verify FILE`; the former key is kept until then."
    )


async def _rotate(options: Options, *, database: bool) -> dict[str, int]:
    line = ProgressLine()
    async with owning(options.data_dir):
        await _vault(options).record()  # there is nothing to change before the first start
        async with open_records(options, os.environ, ignore) as records:
            if database:
                await records.rotation.rotate_database_key(line.show)
                return {"sources": await records.sources.count()}
            done = await records.rotation.rotate_torrent_key(line.show)
            return {"activeKid": done.kid, "rows": done.rows, "damaged": done.damaged}


def _put(options: Options, saved: SavedKeys, *, yes: bool) -> None:
    plan = asyncio.run(_vault(options).plan_restore(saved, _say))
    tell(plan.describe())
    if plan.replacement.changes:
        if not yes and not confirm():
            raise DomainError("Nothing was changed.")
        if kept := asyncio.run(_vault(options).restore(plan, _say)):
            tell(f"The former key is kept in {kept}.")
    print_json({"place": plan.replacement.store.place, "changed": plan.replacement.changes})


def _copy(options: Options, arguments: argparse.Namespace) -> SavedKeys:
    if not arguments.recovery:
        header = asyncio.run(_vault(options).inspect(arguments.file))
        tell(f"This backup was made at {header.created_at:%Y-%m-%d %H:%M} UTC.")
        passphrase = _passphrase(arguments.passphrase_fd)
        return asyncio.run(_vault(options).open_backup(arguments.file, passphrase, _say))
    if sys.stdin.isatty():
        tell("Type the rows of the recovery key, then an empty line.")
    text = "".join(itertools.takewhile(str.strip, sys.stdin))
    return asyncio.run(_vault(options).open_recovery_key(text))


def _passphrase(descriptor: int | None, *, twice: bool = False) -> str:
    if descriptor is not None:
        return read_descriptor(descriptor)
    if not sys.stdin.isatty():
        raise BackupFileError("There is no terminal to ask for the pass phrase. Hand it over with --passphrase-fd N.")
    passphrase = getpass.getpass("Pass phrase: ")
    if twice and getpass.getpass("The same again: ") != passphrase:
        raise WrongPassphraseError("The two pass phrases differ. Nothing was written.")
    return passphrase


class _StatusJson(msgspec.Struct, rename="camel"):
    state: str
    detail: str
    place: str
    active_kid: int | None
    kids: tuple[int, ...]
    verified_at: datetime | None


class _VerificationJson(msgspec.Struct, rename="camel"):
    at: datetime
    kids: tuple[int, ...]
    rows: int
    damaged: int


def _vault(options: Options) -> Vault:
    return Vault(options, os.environ)


def _say(step: Step) -> None:
    tell(f"{step.value} …")
