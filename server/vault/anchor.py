"""``vault.json``: which key entry belongs to a data folder, and in what kind of store it is. Holds no secret."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from server.errors import KeyMissingError

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "vault.json"
VaultId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""Names a data folder's key where it is kept; a random UUID, so that it may be part of a file's name."""


class Anchor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``vault.json`` says: ``backend`` is ``file`` or a keyring's class, ``id`` names the entry in it."""

    id: VaultId
    backend: str
    version: Literal[1] = 1


def new_anchor(backend: str) -> Anchor:
    """Return an anchor with a random id."""
    return Anchor(id=str(uuid.uuid4()), backend=backend)


def read_anchor(data_dir: Path) -> Anchor | None:
    """Return the data folder's anchor, None when there is none. Raises KeyMissingError when it can't be read."""
    path = data_dir / FILE_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Anchor)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise KeyMissingError(
            f"{path} says where the key is, but it can't be read ({error}). Put a copy of it back, "
            "or start with the key file (--key-file)."
        ) from error


def write_anchor(data_dir: Path, anchor: Anchor) -> None:
    """Write ``vault.json`` whole or not at all."""
    path = data_dir / FILE_NAME
    draft = path.with_suffix(".tmp")
    with draft.open("wb") as file:
        file.write(msgspec.json.encode(anchor) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
