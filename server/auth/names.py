"""Names of devices: what people see in lists and notifications."""

from __future__ import annotations

from server.errors import InvalidRequestError

LENGTH = 64
"""Characters of the longest name."""


def clean_name(name: str) -> str:
    """Return the name without characters that can't be seen or that turn the text around them, and not too long.

    Raises InvalidRequestError when nothing is left.
    """
    visible = "".join(character if character.isprintable() else " " for character in name)
    cleaned = " ".join(visible.split())[:LENGTH].rstrip()
    if not cleaned:
        raise InvalidRequestError("The device needs a name that can be read.")
    return cleaned
