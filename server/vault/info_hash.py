"""One spelling for info hashes, which come as hexadecimal in either case, as base32 or as a multihash."""

from __future__ import annotations

import base64
import binascii
import re

_HEX = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BASE32_LENGTH = 32
_SHA256_MULTIHASH = "1220"
_MULTIHASH_LENGTH = 68


def normalise(text: str) -> str:
    """Return the info hash in lower-case hexadecimal: 40 digits for v1, 64 for v2.

    Takes hexadecimal and base32 (BEP 9) and the hexadecimal multihash of v2 magnets (BEP 52). Raises ValueError, which
    does not repeat the text.
    """
    lowered = text.strip().lower()
    if len(lowered) == _MULTIHASH_LENGTH and lowered.startswith(_SHA256_MULTIHASH):
        lowered = lowered.removeprefix(_SHA256_MULTIHASH)
    if _HEX.fullmatch(lowered):
        return lowered
    if len(lowered) == _BASE32_LENGTH:
        try:
            return base64.b32decode(lowered.encode("ascii"), casefold=True).hex()
        except (binascii.Error, UnicodeEncodeError):
            pass
    raise ValueError("This is not an info hash.") from None
