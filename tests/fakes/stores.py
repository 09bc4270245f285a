"""Stores of the door that live in memory, with the rules of the database's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from server.errors import DeviceNotFoundError, InvalidGrantError, PairingNotFoundError
from server.models import Device, DeviceId, ItemId, Pairing, PairingState, ResumePoint, Scope

REPEAT_WITHIN = timedelta(seconds=30)


@dataclass
class RefreshToken:
    device_id: DeviceId
    parent: bytes | None = None
    used_at: datetime | None = None


class MemoryDevices:
    def __init__(self) -> None:
        self.rows: dict[DeviceId, Device] = {}
        self.tokens: dict[bytes, RefreshToken] = {}
        self.touched: list[datetime] = []

    async def add(self, device: Device) -> None:
        self.rows[device.id] = device

    async def get(self, device_id: DeviceId) -> Device | None:
        return self.rows.get(device_id)

    async def list(self) -> list[Device]:
        return list(self.rows.values())

    async def rename(self, device_id: DeviceId, name: str) -> None:
        self._change(device_id, name=name)

    async def set_scope(self, device_id: DeviceId, scope: Scope) -> None:
        self._change(device_id, scope=scope)

    def _change(self, device_id: DeviceId, **values: Any) -> None:
        if device_id not in self.rows:
            raise DeviceNotFoundError
        self.rows[device_id] = replace(self.rows[device_id], **values)

    async def revoke(self, device_id: DeviceId) -> None:
        if self.rows.pop(device_id, None) is None:
            raise DeviceNotFoundError
        self.tokens = {key: token for key, token in self.tokens.items() if token.device_id != device_id}

    async def touch(self, device_id: DeviceId, at: datetime) -> None:
        self.touched.append(at)
        self.rows[device_id] = replace(self.rows[device_id], last_seen_at=at)

    async def add_refresh(self, device_id: DeviceId, token_hash: bytes, at: datetime) -> None:
        assert at.tzinfo is not None
        self.tokens[token_hash] = RefreshToken(device_id)

    async def rotate_refresh(self, old_hash: bytes, new_hash: bytes, at: datetime) -> DeviceId:
        token = self.tokens.get(old_hash)
        if token is None:
            raise InvalidGrantError
        if not self._may_rotate(old_hash, token, at):
            await self.revoke(token.device_id)
            raise InvalidGrantError
        token.used_at = token.used_at or at
        self.tokens[new_hash] = RefreshToken(token.device_id, parent=old_hash)
        return token.device_id

    async def check_refresh(self, token_hash: bytes, at: datetime) -> DeviceId:
        token = self.tokens.get(token_hash)
        if token is None or not self._may_rotate(token_hash, token, at):
            raise InvalidGrantError
        return token.device_id

    def _may_rotate(self, token_hash: bytes, token: RefreshToken, at: datetime) -> bool:
        if token.used_at is None:
            return token.parent is None or not self._has_used_child(token.parent)
        return at - token.used_at < REPEAT_WITHIN and not self._has_used_child(token_hash)

    def _has_used_child(self, token_hash: bytes) -> bool:
        return any(token.parent == token_hash and token.used_at for token in self.tokens.values())


class MemoryPairings:
    def __init__(self) -> None:
        self.rows: dict[bytes, Pairing] = {}

    async def add(  # noqa: PLR0917 - a row, in the order of its columns
        self,
        device_code_hash: bytes,
        user_code: str | None,
        name: str,
        address: str,
        created_at: datetime,
        expires_at: datetime,
        *,
        approved: bool,
    ) -> None:
        assert created_at < expires_at
        state = PairingState.APPROVED if approved else PairingState.PENDING
        self.rows[device_code_hash] = Pairing(user_code or "", name, address, expires_at, state)

    async def find(self, device_code_hash: bytes) -> Pairing | None:
        return self.rows.get(device_code_hash)

    async def approve(self, user_code: str) -> None:
        self._answer(user_code, PairingState.APPROVED)

    async def deny(self, user_code: str) -> None:
        self._answer(user_code, PairingState.DENIED)

    async def take(self, device_code_hash: bytes) -> Pairing | None:
        pairing = self.rows.get(device_code_hash)
        if pairing is None or pairing.state is not PairingState.APPROVED:
            return None
        return self.rows.pop(device_code_hash)

    async def pending(self, now: datetime) -> list[Pairing]:
        return [row for row in self.rows.values() if row.state is PairingState.PENDING and row.expires_at > now]

    async def purge(self, now: datetime) -> None:
        self.rows = {key: row for key, row in self.rows.items() if row.expires_at > now}

    def _answer(self, user_code: str, state: PairingState) -> None:
        for key, row in self.rows.items():
            if row.user_code == user_code and row.state is PairingState.PENDING:
                self.rows[key] = replace(row, state=state)
                return
        raise PairingNotFoundError


class MemoryProgress:
    def __init__(self) -> None:
        self.rows: dict[ItemId, ResumePoint] = {}

    async def put(self, point: ResumePoint) -> None:
        self.rows.pop(point.item_id, None)
        self.rows[point.item_id] = point

    async def get(self, item_id: ItemId) -> ResumePoint | None:
        return self.rows.get(item_id)

    async def remove(self, item_id: ItemId) -> None:
        self.rows.pop(item_id, None)

    async def latest(self) -> list[ResumePoint]:
        return list(reversed(self.rows.values()))


class MemoryStreams:
    """What would be sent, and to whom; remembers what was broken off."""

    def __init__(self) -> None:
        self.playing: list[Device] = []
        self.ended: list[DeviceId] = []

    def devices(self) -> list[Device]:
        return list(self.playing)

    def end_device(self, device_id: DeviceId) -> None:
        self.ended.append(device_id)
        self.playing = [device for device in self.playing if device.id != device_id]
