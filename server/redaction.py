"""Take out of a text whatever could identify a torrent or let somebody in, for whoever writes logs.

It is the last line of defence: nothing should put such a thing into a log line to begin with. It errs on the side of
taking too much. Patterns go by the spelling, since there is no list of what is secret.
"""

from __future__ import annotations

import re
import urllib.parse
from typing import Final

GONE: Final = "…"
"""What stands in the place of what was taken out."""

_MIXED = r"(?=[\w+/-]*[A-Z])(?=[\w+/-]*[a-z])"
_ESCAPE = r"%(?:25)?[0-9A-Fa-f]{2}"
_MIN_ESCAPES = 4

_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # a magnet link to its end, also with its colon or more of it escaped
        rf"(?i)magnet(?::|{_ESCAPE})(?:\?|{_ESCAPE}|xt=)[^\s\"'<>]*",
        r"(?i)(?:urn:)?bt(?:ih|mh):[0-9a-z]+",
        # the bytes of anything longer than a few words, as Python shows them
        r"\bb(?:'(?:[^'\\]|\\.){16,}'|\"(?:[^\"\\]|\\.){16,}\")",
        r"(?:\\x[0-9A-Fa-f]{2}|\\\\x[0-9A-Fa-f]{2}){4}(?:\\.|[^\s\\])*",
        # JSON web tokens, pairing links, recovery keys
        r"\beyJ[\w-]+\.[\w-]+\.[\w-]+",
        r"(?<=#pair=)[^\s\"'<>]+",
        r"\b(?:[A-Z2-7]{4}[- ]){4,}[A-Z2-7]{4}\b",
        # info hashes and keys in hexadecimal, also in groups; base32 of 20 or 32 bytes
        r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[: -]){19,}[0-9A-Fa-f]{2}(?![0-9A-Za-z])",
        r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{40,}(?![0-9A-Fa-f])",
        r"(?<![A-Z2-7])[A-Z2-7]{32,}(?![A-Z2-7])",
        r"(?<![a-z2-7])[a-z2-7]{32,}(?![a-z2-7])",
        # base64 of 20 bytes with its padding, of 32 and more, and random tokens; both alphabets
        r"[\w+/-]{27,}=",
        rf"(?<![\w+-]){_MIXED}[\w+-]{{27}}(?![\w+-])",
        rf"(?<![\w+-]){_MIXED}[\w+-]{{40,}}",
        rf"(?<![\w+/-]){_MIXED}[\w+/-]{{80,}}={{0,2}}",
    )
)
_PERCENT = re.compile(rf"(?:{_ESCAPE}|[\w.~-]){{20,}}")


def redact(text: str) -> str:
    """Return the text without info hashes, magnet links, keys and tokens, in whatever common spelling."""
    for pattern in _PATTERNS:
        text = pattern.sub(GONE, text)
    return _PERCENT.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    """Take out what is mostly bytes, and what would be taken out if it were not escaped."""
    text = found[0]
    plain = urllib.parse.unquote(text)
    return GONE if text.count("%") >= _MIN_ESCAPES or (plain != text and redact(plain) != plain) else text
