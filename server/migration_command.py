"""The ``migrate-encrypt`` command: take over what a legacy Miauflix kept in clear."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from functools import partial
from pathlib import Path

from server.bootstrap import ignore
from server.errors import DomainError, LegacyFileError
from server.records import open_records
from server.settings import Options
from server.sources.migration import Summary, migrate
from server.storage.legacy import LegacyFile
from server.storage.legacy_backup import back_up, backup_path
from server.terminal import ProgressLine, confirm, print_json, read_descriptor, tell
from server.vault.key_file import KeyFileStore
from server.vault.legacy_cipher import LegacyCipher, parse_legacy_key

_MOST_SHOWN = 20


def add_command(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", metavar="LEGACY.sqlite", type=Path, help="the legacy Miauflix's database")
    key = parser.add_mutually_exclusive_group()
    key.add_argument("--legacy-key-file", metavar="F", type=Path, help="a file of yours with its TORRENT_KEY")
    key.add_argument("--legacy-key-fd", metavar="N", type=int, help="a descriptor to read its TORRENT_KEY from")
    parser.add_argument("--yes", action="store_true", help="don't ask before writing")
    parser.set_defaults(action=run)


def run(options: Options, arguments: argparse.Namespace) -> None:
    """Back the file up, take its sources over and print what became of them.

    Raises LegacyFileError, KeyWrongError, KeyFileError, StartError, DomainError.
    """
    cipher = LegacyCipher(_legacy_key(arguments))
    file: Path = arguments.file
    if not file.is_file():
        raise LegacyFileError(f"There is no file {file}.")
    tell(
        f"The sources in {file} will be encrypted into {options.data_dir}. The file itself is not changed; "
        f"first of all it is copied to {backup_path(file)}."
    )
    if not arguments.yes and not confirm():
        raise DomainError("Nothing was changed.")
    backup = back_up(file)
    with LegacyFile.open(backup) as legacy:
        summary = asyncio.run(_migrate(options, legacy, cipher))
    _report(summary, file, backup)
    print_json(
        {
            "processed": summary.processed,
            "encrypted": summary.encrypted,
            "skipped": summary.skipped,
            "failed": summary.failed,
            "backup": str(backup),
        }
    )
    _offer_deletion(backup, summary)


async def _migrate(options: Options, legacy: LegacyFile, cipher: LegacyCipher) -> Summary:
    show = partial(ProgressLine().show, "Encrypting")
    async with open_records(options, os.environ, ignore) as records:
        return await migrate(legacy, cipher, records.sources, records.audit, show)


def _legacy_key(arguments: argparse.Namespace) -> bytes | None:
    if arguments.legacy_key_fd is not None:
        return parse_legacy_key(read_descriptor(arguments.legacy_key_fd))
    path: Path | None = arguments.legacy_key_file
    if path is None:
        return None
    text = asyncio.run(KeyFileStore(path).read())
    if text is None:
        raise LegacyFileError(f"There is no key file {path}.")
    return parse_legacy_key(text)


def _report(summary: Summary, file: Path, backup: Path) -> None:
    for unreadable in summary.unreadable[:_MOST_SHOWN]:
        tell(f"Row {unreadable.row} stays behind: {unreadable.reason}.")
    if summary.failed > _MOST_SHOWN:
        tell(f"{summary.failed - _MOST_SHOWN} more rows stay behind.")
    if summary.failed:
        tell(f"{file} and {backup} keep what could not be read. Running this again, with the right key, takes it over.")
    tell(f"What {file} and {backup} hold in clear stays there until you delete both, once your titles play.")


def _offer_deletion(backup: Path, summary: Summary) -> None:
    """Delete the copy if all of it was taken over and somebody says so."""
    if summary.failed or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    if confirm(f"Every row was read back from the encrypted database. Delete {backup} at once?"):
        backup.unlink()
