"""axe-core in the page."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import Any

from browser.devtools import Page

_RUN = """axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations
  .filter((found) => found.impact === 'serious' || found.impact === 'critical')
  .map((found) => ({ rule: found.id, where: found.nodes.map((node) => node.html) })))"""


async def serious_findings(page: Page) -> list[dict[str, Any]]:
    """Return what axe-core finds serious or critical on the screen on show."""
    if not await page.evaluate("typeof axe === 'object'"):
        script = await asyncio.to_thread((files("axe_core_python") / "axe.min.js").read_text, encoding="utf-8")
        await page.evaluate(f"{script}; 0")
    found: list[dict[str, Any]] = await page.evaluate(_RUN)
    return found
