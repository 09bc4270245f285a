"""The command line: what ``./run`` and ``miauflix`` understand. JSON goes to stdout, everything else to stderr."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from server.errors import DomainError, SettingsError
from server.logs import logging_to_stderr
from server.settings import VERSION, Arguments, Options, resolve

Desktop = Callable[[Options, Sequence[str]], int]
"""Runs the tray application, adds magnet links and torrent files to it, and returns the exit status."""

Action = Callable[[Options, argparse.Namespace], Coroutine[Any, Any, None] | None]
"""Does a command; what it returns, if anything, is run on a loop."""

_log = logging.getLogger(__name__)

_DONE, _FAILED, _WRONG_USAGE = 0, 1, 2
_OF_THE_TRAY = frozenset(("demo", "open"))
_WITH_VALUE = frozenset(("--data-dir", "--key-file"))
_WITH_VALUE_IN_DEMO = _WITH_VALUE | {"--host", "--port"}
_COMMANDS = frozenset(("serve", "demo", "open", "devices", "sources", "key", "migrate-encrypt", "status"))


def main(
    words: list[str],
    *,
    resources: Path,
    desktop: Desktop | None = None,
    window_test: Callable[[Path], str] | None = None,
) -> int:
    """Do what the words say and return the exit status: 0 done, 1 failed, 2 wrong usage.

    ``desktop`` runs the tray application; None where there is no display for it. ``window_test`` is the self-test's
    last part.
    """
    arguments = _parser(words).parse_args(_with_command(words))
    try:
        if arguments.selftest:
            from server import selftest  # noqa: PLC0415 - as for the commands

            return _DONE if selftest.run(resources, window_test) else _FAILED
        with _options(arguments, os.environ, resources) as options:
            return _run(arguments, options, desktop)
    except SettingsError as error:
        return _complain(error.detail, _WRONG_USAGE)
    except DomainError as error:
        return _complain(error.detail, _FAILED)
    except KeyboardInterrupt:
        return _FAILED


def _run(arguments: argparse.Namespace, options: Options, desktop: Desktop | None) -> int:
    command = arguments.command or "desktop"
    if command in {"desktop", "demo", "open"} and not getattr(arguments, "headless", False):
        if desktop is not None:
            return desktop(options, getattr(arguments, "links", ()))
        if command != "open":
            print("There is no display here: serving without the tray application.", file=sys.stderr)
    action: Action = _serve if command in {"desktop", "demo", "serve"} else arguments.action
    with logging_to_stderr(logging.INFO if action is _serve else logging.WARNING):
        try:
            if work := action(options, arguments):
                asyncio.run(work)
        except DomainError:
            raise
        except BrokenPipeError:  # whoever reads has enough, as `head` does; Python must not find that out once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except Exception:  # noqa: BLE001 - the outermost boundary, where it is logged
            # not left to Python: the traceback may quote what a log handler takes out
            _log.critical("Unexpected error", exc_info=True)
            return _complain("Something went wrong that should not: the lines above say what.", _FAILED)
    return _DONE


def _serve(options: Options, _: argparse.Namespace) -> Coroutine[Any, Any, None]:
    from server.serving import serve  # noqa: PLC0415 - as for the commands

    return serve(options)


def _goes_beyond_the_tray(words: list[str]) -> bool:
    """Say whether any word asks for more than the tray application; when in doubt, it does."""
    last, with_value = "", _WITH_VALUE_IN_DEMO if "demo" in words else _WITH_VALUE
    for word in words:
        if not word.startswith("-"):
            if last not in with_value and word not in _OF_THE_TRAY and not _is_link(word):
                return True
        elif word in {"-h", "--help"}:
            return True
        last = word
    return False


def _is_link(word: str) -> bool:
    return word.lower().startswith(("magnet:", "file:")) or word.lower().endswith(".torrent")


@contextlib.contextmanager
def _options(arguments: argparse.Namespace, environ: Mapping[str, str], resources: Path) -> Iterator[Options]:
    """Resolve the settings; a demo without a data folder gets a temporary one, with its key beside it."""
    given = Arguments(
        host=getattr(arguments, "host", None),
        port=getattr(arguments, "port", None),
        discovery=getattr(arguments, "discovery", None),
        data_dir=getattr(arguments, "data_dir", None),
        key_file=getattr(arguments, "key_file", None),
    )
    demo = arguments.command == "demo"
    if not demo or given.data_dir:
        yield resolve(given, environ, resources=resources, demo=demo)
        return
    with tempfile.TemporaryDirectory(prefix="miauflix-demo-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        given = Arguments(given.host, given.port, given.discovery, place / "data", given.key_file or place / "key.json")
        yield resolve(given, environ, resources=resources, demo=True)


def _complain(detail: str, status: int) -> int:
    print(f"miauflix: {' '.join(detail.split())}", file=sys.stderr)
    return status


def _parser(words: list[str]) -> argparse.ArgumentParser:
    # Without a default of its own, a command does not undo what was named before it.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data-dir", type=Path, metavar="D", help="where everything is kept")
    common.add_argument("--key-file", type=Path, metavar="F", help="a file that holds the keys")
    serving = argparse.ArgumentParser(add_help=False)
    serving.add_argument("--host", metavar="H", help="address to listen on")
    serving.add_argument("--port", type=int, metavar="P", help="port to listen on; 0 picks a free one")
    serving.add_argument(
        "--no-discovery", dest="discovery", action="store_false", default=None, help="don't announce on the network"
    )
    parser = argparse.ArgumentParser(
        prog="miauflix", description="A private streaming box for the TVs and browsers of your home.", parents=[common]
    )
    parser.add_argument("--version", action="version", version=f"Miauflix {VERSION}")
    parser.add_argument("--selftest", action="store_true", help="try whether everything works on this machine")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("serve", parents=[common, serving], help="run the server without the tray application")
    demo = commands.add_parser("demo", parents=[common, serving], help="try it with a built-in title, no internet")
    demo.add_argument("--headless", action="store_true", help="without the tray application")
    opening = commands.add_parser("open", parents=[common], help="add magnet links and torrent files in the tray app")
    opening.add_argument("links", metavar="MAGNET_OR_FILE", nargs="*", type=_link)
    opening.set_defaults(action=lambda options, arguments: _open(options, arguments.links))
    if _goes_beyond_the_tray(words):
        # The tray application must be there at once, and needs nothing of what these do.
        from server.commands import add_commands  # noqa: PLC0415

        add_commands(commands, common)
    return parser


def _link(text: str) -> str:
    """Take a magnet link, or a file by its path or, as desktops hand files over, by its URL."""
    if not text.lower().startswith("file://"):
        return text
    return urllib.request.url2pathname(urllib.parse.urlsplit(text).path)


def _with_command(words: list[str]) -> list[str]:
    """Return the words with ``open`` before the first that is a magnet link or a torrent file, where no command is."""
    for number, word in enumerate(words):
        if _is_link(word):
            before = words[number - 1] if number else ""
            if before.startswith("--"):  # the value of an option
                continue
            return [*words[:number], "open", *words[number:]] if _COMMANDS.isdisjoint(words[:number]) else words
    return words


async def _open(options: Options, links: Sequence[str]) -> None:
    """Add links where there is no display."""
    from server import console  # noqa: PLC0415 - as for the commands

    for link in links:
        await console.add_source(options, link, None)
