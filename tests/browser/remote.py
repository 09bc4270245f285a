"""What a remote reaches on the screen on show, pressing nothing but arrows."""

from __future__ import annotations

from collections import deque

from browser.devtools import Page

ARROWS = ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight")

# Numbers all that can be pressed on what is on show: the dialog that is open, else the screen.
_NUMBER = """(() => {
  document.querySelectorAll('[data-number]').forEach((element) => { delete element.dataset.number; });
  const area = document.querySelector('dialog[open]') || document.querySelector('.screen:not([hidden])');
  const pressed = 'button:not([disabled]):not([tabindex]), a[href], input:not([disabled])';
  const all = Array.from(area.querySelectorAll(pressed)).filter((element) => element.offsetParent !== null);
  all.forEach((element, index) => { element.dataset.number = index; });
  return all.map((element) => element.getAttribute('aria-label') || element.innerText.trim() || element.name);
})()"""
_FOCUSED = "Number(document.activeElement.dataset.number || -1)"
_NOTHING = -1


async def unreachable(page: Page) -> list[str]:
    """Return the names of what can't be reached by arrows from what has the focus."""
    names = await page.evaluate(_NUMBER)
    if names and await page.evaluate(_FOCUSED) == _NOTHING:
        await page.press("ArrowDown")  # the first press only shows where the focus is
    start = await page.evaluate(_FOCUSED)
    reached, waiting = {start}, deque([start] if names else [])
    while waiting:
        number = waiting.popleft()
        for key in ARROWS:
            await page.evaluate(f"document.querySelector('[data-number=\"{number}\"]').focus()")
            await page.press(key)
            found = await page.evaluate(_FOCUSED)
            if found not in reached:
                reached.add(found)
                waiting.append(found)
        if len(reached) == len(names):
            break
    return [name for number, name in enumerate(names) if number not in reached]
