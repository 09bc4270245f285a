"""The commands besides the tray application, with all that they need: what they are called and what they do."""

from __future__ import annotations

import argparse
import unicodedata
from typing import Any

from server import console, key_commands, migration_command, provider_key_command, search_command
from server.models import Scope

_NAME_LIMIT = 200


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add parsers of commands to argparse's ``commands``; each sets ``action``."""
    _add_devices(commands.add_parser("devices", help="who may come in"), common)
    _add_sources(commands.add_parser("sources", help="what can be played"), common)
    key_commands.add_actions(commands.add_parser("key", help="look after the keys that open your data"), common)
    migration_command.add_command(
        commands.add_parser("migrate-encrypt", parents=[common], help="take over a legacy Miauflix's database")
    )
    status = commands.add_parser("status", parents=[common], help="show what the running server does")
    status.set_defaults(action=lambda options, _: console.show_status(options))


def _name(text: str) -> str:
    """Take a device's name as the API does; bytes that are no text have become surrogates on the way here."""
    name = text.strip()
    if not 1 <= len(name) <= _NAME_LIMIT or any(unicodedata.category(letter) == "Cs" for letter in name):
        raise argparse.ArgumentTypeError(f"a name has 1 to {_NAME_LIMIT} characters")
    return name


def _add_devices(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", parents=[common], help="make a device and print its tokens")
    add.add_argument("name", type=_name)
    add.set_defaults(action=lambda options, arguments: console.add_device(options, arguments.name))
    listing = actions.add_parser("list", parents=[common], help="list devices, and those that wait for approval")
    listing.set_defaults(action=lambda options, _: console.list_devices(options))
    approve = actions.add_parser("approve", parents=[common], help="let in the device that shows this code")
    approve.add_argument("code")
    approve.set_defaults(action=lambda options, arguments: console.approve(options, arguments.code))
    rename = actions.add_parser("rename", parents=[common], help="give a device another name")
    rename.add_argument("id")
    rename.add_argument("name", type=_name)
    rename.set_defaults(action=lambda options, arguments: console.rename(options, arguments.id, arguments.name))
    scope = actions.add_parser("scope", parents=[common], help="let a device approve and manage others, or no longer")
    scope.add_argument("id")
    scope.add_argument("scope", type=Scope, choices=list(Scope), metavar="viewer|admin")
    scope.set_defaults(action=lambda options, arguments: console.set_scope(options, arguments.id, arguments.scope))
    revoke = actions.add_parser("revoke", parents=[common], help="turn a device out")
    revoke.add_argument("id")
    revoke.set_defaults(action=lambda options, arguments: console.revoke(options, arguments.id))


def _add_sources(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", parents=[common], help="add a magnet link or a torrent file")
    add.add_argument("source", metavar="MAGNET_OR_FILE")
    add.add_argument("--title", metavar="T")
    add.set_defaults(action=lambda options, arguments: console.add_source(options, arguments.source, arguments.title))
    search_command.add_command(actions.add_parser("search", parents=[common], help="find the sources of a title"))
    key = actions.add_parser("key", parents=[common], help="keep the API key of a Torznab server or of TMDB")
    provider_key_command.add_command(key)
    listing = actions.add_parser("list", parents=[common], help="list the sources that people added")
    listing.set_defaults(action=lambda options, _: console.list_sources(options))
