"""Settings → Sources: where torrents are looked for, and what the user would rather not play."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from app.language import tr
from app.link import Link
from app.presence import Failure
from app.server_thread import ServerNotRunningError
from app.settings.amending import Edits, SettingRefusedError, amend
from app.settings.page import Page
from app.settings.provider_form import ProviderForm
from app.widgets.fields import ChoiceField, DecimalField, TextField
from app.widgets.layouts import column
from app.widgets.order_field import OrderField
from app.widgets.stack import Stack
from app.widgets.tables import provider_name
from app.widgets.text import body, card, heading
from server.settings import Settings

_MOST_GIB = 1 << 20
_TORZNAB = ("sources", "torznab")
_FIRST, _LAST = ("yts", "eztv", "internet_archive"), ("rarbg",)


class SourcesPage(Page):
    """Providers, servers that speak Torznab, and limits of quality. API keys are kept at once, the rest by Apply."""

    def __init__(self, link: Link) -> None:
        super().__init__(
            tr("Sources"),
            tr(
                "Miauflix comes without addresses of indexes. Add only what you may use, and stream only what is legal."
            ),
        )
        self._link = link
        self._forms: dict[str, ProviderForm] = {}
        self._keys: frozenset[str] = frozenset()
        self._removed: set[str] = set()
        self._servers = Stack()
        for name, title, hint in (
            ("internet_archive", "Internet Archive", tr("Films in the public domain and openly licensed ones.")),
            ("yts", "YTS", tr("Films.")),
            ("eztv", "EZTV", tr("Episodes of shows.")),
            ("rarbg", "RARBG", tr("Films and shows.")),
        ):
            self._add_form(("sources", name), name, ProviderForm(title, hint))
        dialect = ChoiceField(tr("RARBG speaks"), "", (("torrentapi", "torrentapi"), ("therarbg", "therarbg")))
        layout = self.add_card()
        self.add_field(layout, ("sources", "rarbg", "dialect"), dialect)
        self.add_section(self._servers, tr("Torznab servers"))
        self._add_new_server()
        self._order = OrderField(
            tr("Who goes first"),
            tr(
                "Counts only between sources that are equally good. Usually YTS is first for films and EZTV for "
                "episodes. Alt with an arrow key moves a line, too."
            ),
        )
        self.add_field(self.add_card(tr("Order")), ("sources", "priority"), self._order)
        self._add_quality()

    def enter(self) -> None:
        """Look which servers have an API key."""
        self._link.ask(lambda server: server.provider_keys(), self._show_keys, lambda _: None)

    def show_settings(self, settings: Settings) -> None:
        """Show what counts now; the cards of Torznab servers are made anew."""
        self._forget_servers()
        forms: list[QWidget] = []
        for name in settings.sources.torznab:
            form = ProviderForm(
                name, tr("A Torznab server, such as Jackett or Prowlarr."), has_key=True, removable=True
            )
            self._add_form((*_TORZNAB, name), f"torznab.{name}", form, place=False)
            form.removed.connect(partial(self._remove, name))
            forms.append(form)
        self._servers.refill(forms)
        servers = (f"torznab.{name}" for name in settings.sources.torznab)
        self._order.show_names([(name, provider_name(name)) for name in (*_FIRST, *servers, *_LAST)])
        for field in (self._new_name, self._new_address):
            field.show_value("")
            field.show_problem("")
        super().show_settings(settings)
        self._show_keys(tuple(self._keys))

    def edits(self) -> Edits:
        """Return what was changed, a new server and those that were removed included."""
        gone = {(*_TORZNAB, name) for name in self._removed}
        edits = {key: value for key, value in super().edits().items() if key[:3] not in gone}
        edits |= dict.fromkeys(gone)
        if self._new_name.value() or self._new_address.value():
            edits[*_TORZNAB, self._new_name.value(), "url"] = self._new_address.value()
        return edits

    def show_problem(self, key: tuple[str, ...], text: str) -> bool:
        """Say beside a field what is wrong with it; what is new has fields of its own."""
        if super().show_problem(key, text):
            return True
        if key[:2] == _TORZNAB:
            (self._new_address if key[-1] == "url" else self._new_name).show_problem(text)
            return True
        return False

    def _add_form(self, key: tuple[str, ...], provider: str, form: ProviderForm, *, place: bool = True) -> None:
        self._forms[provider] = form
        self.register((*key, "enabled"), form.enabled)
        self.register((*key, "url"), form.address)
        form.tried.connect(partial(self._try, provider))
        form.keyed.connect(partial(self._keep_key, provider))
        if place:
            self.add_section(form)

    def _forget_servers(self) -> None:
        self._removed.clear()
        self._forms = {name: form for name, form in self._forms.items() if not name.startswith("torznab.")}
        self.forget(_TORZNAB)

    def _remove(self, name: str) -> None:
        self._removed.add(name)
        self._forms[f"torznab.{name}"].hide()
        self.changed.emit()

    def _add_new_server(self) -> None:
        self._new_name = TextField(tr("Name"), tr("Letters, digits, - and _."))
        self._new_address = TextField(tr("Address"), placeholder="http://localhost:9117/…/torznab/api")
        frame = card()
        layout = column(frame, spacing=14, margins=(18, 16, 18, 16))
        layout.addWidget(heading(tr("Add a Torznab server")))
        layout.addWidget(
            body(tr("Jackett and Prowlarr are such servers. Its API key is asked for afterwards."), muted=True)
        )
        for field in (self._new_name, self._new_address):
            layout.addWidget(field)
            field.changed.connect(self.changed)
        self.add_section(frame)

    def _add_quality(self) -> None:
        layout = self.add_card(tr("Rather not play"))
        size = DecimalField(
            tr("Larger than"),
            tr("Chosen only when there is nothing else."),
            (0, _MOST_GIB),
            unit="GiB",
            lowest=tr("Any size"),
        )
        self.add_field(layout, ("quality", "max_size_gib"), size)
        names = ("480p", "720p", "1080p", "2160p")
        choices = (("", tr("Any resolution")), *((name, name) for name in names))
        self.add_field(layout, ("quality", "max_resolution"), ChoiceField(tr("Sharper than"), "", choices))

    def _try(self, provider: str) -> None:
        form = self._forms[provider]
        try:
            settings = amend(self.shown, self.edits())
        except SettingRefusedError as error:
            self.show_problem(error.key, error.text)
            form.show_failure(tr("See the field that is marked."))
            return

        def fail(error: BaseException) -> None:
            stopped = isinstance(error, ServerNotRunningError)
            form.show_failure(tr("Miauflix is not running.") if stopped else Failure.of(error).detail)

        self._link.ask(lambda server: server.try_provider(settings, provider), form.show_trial, fail)

    def _keep_key(self, provider: str, key: str) -> None:
        form = self._forms[provider]
        self._link.ask(
            lambda server: server.set_provider_key(provider, key),
            lambda _: self.enter(),
            lambda error: form.show_failure(Failure.of(error).detail),
        )

    def _show_keys(self, names: Sequence[str]) -> None:
        self._keys = frozenset(names)
        for provider, form in self._forms.items():
            if provider.startswith("torznab."):
                form.show_key(kept=provider in self._keys)
