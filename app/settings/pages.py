"""Which pages the settings have, in their order."""

from __future__ import annotations

from app.autostart import find_autostart
from app.key_dialogs import KeyDialogs
from app.link import Link
from app.settings.general import GeneralPage
from app.settings.page import Page
from app.settings.security import SecurityPage
from server.settings import Options


def make_pages(options: Options, link: Link, keys: KeyDialogs) -> list[Page]:
    """Make all pages."""
    return [
        GeneralPage(options, link, find_autostart()),
        SecurityPage(keys),
    ]
