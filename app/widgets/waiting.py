"""The devices that wait for approval, a card each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from app.widgets.cards import PairingCard
from app.widgets.stack import Stack
from server.models import Pairing


class WaitingDevices(Stack):
    """Cards with Approve and Deny; made anew, and enabled, whenever the list differs."""

    approved = Signal(str)
    """Carries the user code."""
    denied = Signal(str)
    """Carries the user code."""

    def __init__(self) -> None:
        super().__init__()
        self._pairings: tuple[Pairing, ...] = ()

    def show_pairings(self, pairings: Sequence[Pairing]) -> bool:
        """Show who waits; return whether somebody is new."""
        before, self._pairings = self._pairings, tuple(pairings)
        if before == self._pairings:
            return False
        cards = [PairingCard(pairing) for pairing in pairings]
        for each in cards:
            each.approved.connect(self.approved)
            each.denied.connect(self.denied)
        self.refill(cards)
        return bool(cards)
