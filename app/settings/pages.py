"""Which pages the settings have, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.autostart import find_autostart
from app.key_dialogs import KeyDialogs
from app.link import Link
from app.settings.about import AboutPage
from app.settings.advanced import AdvancedPage, OpenUrl
from app.settings.devices import DevicesPage
from app.settings.general import GeneralPage
from app.settings.page import Page
from app.settings.security import SecurityPage
from app.settings.sources import SourcesPage
from server.settings import Options


@dataclass(frozen=True, slots=True)
class Pages:
    """All pages."""

    general: GeneralPage
    sources: SourcesPage
    devices: DevicesPage
    security: SecurityPage
    advanced: AdvancedPage
    about: AboutPage

    def in_order(self) -> tuple[Page, ...]:
        """Return them from top to bottom."""
        return self.general, self.sources, self.devices, self.security, self.advanced, self.about


def make_pages(options: Options, link: Link, keys: KeyDialogs, log_folder: Path, open_url: OpenUrl) -> Pages:
    """Make all pages."""
    return Pages(
        GeneralPage(options, link, find_autostart()),
        SourcesPage(link),
        DevicesPage(link),
        SecurityPage(keys),
        AdvancedPage(link, log_folder, open_url),
        AboutPage(link, options.resources, open_url),
    )
