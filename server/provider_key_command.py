"""``sources key``: keep a provider's API key, encrypted. It is asked for on the terminal or read from a descriptor."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
from typing import Final

from server.bootstrap import ignore
from server.errors import DomainError
from server.records import open_records
from server.settings import Options
from server.terminal import print_json, read_descriptor, tell

_TMDB: Final = "tmdb"
_LONGEST: Final = 1000


def add_command(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("name", metavar="NAME", help="tmdb, or the NAME of a [sources.torznab.NAME] section")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--key-fd", type=int, metavar="N", help="read the key from this descriptor")
    what.add_argument("--forget", action="store_true", help="delete the key")
    parser.set_defaults(action=_action)


def _action(options: Options, arguments: argparse.Namespace) -> None:
    """Keep or forget a key; the server uses it from the next search on. Raises DomainError, StartError."""
    provider = _provider(options, arguments.name)
    key = None if arguments.forget else _read_key(arguments.key_fd)
    asyncio.run(_keep(options, provider, key))
    print_json({"id": provider, "hasKey": key is not None})


async def _keep(options: Options, provider: str, key: str | None) -> None:
    async with open_records(options, os.environ, ignore) as records:
        if key is not None:
            await records.provider_keys.save(provider, key)
            tell(f"The key of {provider} is kept, encrypted, and used from the next search on.")
        elif await records.provider_keys.delete(provider):
            tell(f"The key of {provider} is deleted.")
        else:
            tell(f"There was no key of {provider}.")


def _provider(options: Options, name: str) -> str:
    """Return the provider's full name. Raises DomainError for one that has no key or is not in the settings."""
    torznab = options.settings.sources.torznab
    if name == _TMDB:
        return name
    section = name.removeprefix("torznab.")
    if section in torznab:
        return f"torznab.{section}"
    known = ", ".join([_TMDB, *torznab])
    raise DomainError(
        f"No provider “{name}” takes a key. There are: {known}. A Torznab server needs a section "
        "[sources.torznab.NAME] with its url in settings.toml first."
    )


def _read_key(descriptor: int | None) -> str:
    if descriptor is not None:
        key = read_descriptor(descriptor)
    elif sys.stdin.isatty():
        key = getpass.getpass("API key: ")
    else:
        raise DomainError("There is no terminal to ask for the key. Hand it over with --key-fd N.")
    key = key.strip()
    if not key or len(key) > _LONGEST or not key.isprintable() or " " in key:
        raise DomainError("That is no API key: it has no blanks and is not empty. Nothing was changed.")
    return key
