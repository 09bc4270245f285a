"""What a page tells of itself."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

_clock = itertools.count(1)


def viewport(items: Sequence[str], focused: str | None = None, *, visible: int | None = None) -> dict[str, Any]:
    """Return a row of titles, newer than all before; those behind the first ``visible`` are not on the screen."""
    slider = {
        "listId": "row",
        "startIndex": 0,
        "endIndex": max(0, len(items) - 1),
        "visibleItemCount": len(items) if visible is None else visible,
        "items": list(items),
    }
    focus = {"listId": "row", "index": items.index(focused), "itemId": focused} if focused else None
    return {"timestamp": next(_clock), "viewport": {"visibleSliders": [slider], "focused": focus}}
