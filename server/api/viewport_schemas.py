"""The JSON of what devices show on their screens."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from server.api.schemas import ItemText, Json
from server.models import ItemId
from server.preload.viewport import Focus, Slider, Viewport

Index = Annotated[int, Meta(ge=0, le=1 << 31)]
ListId = Annotated[str, Meta(max_length=200)]
Word = Annotated[str, Meta(max_length=40)]


class SliderJson(Json):
    """A row of titles: those from ``startIndex`` on, of which the first ``visibleItemCount`` are on the screen."""

    list_id: ListId
    start_index: Index
    end_index: Index
    visible_item_count: Index
    items: Annotated[list[ItemText], Meta(max_length=200)]


class FocusJson(Json):
    """The title that would be played now; for how long it has had the focus, in ms."""

    list_id: ListId
    index: Index
    item_id: ItemText
    focus_duration: Annotated[float, Meta(ge=0)] = 0


class ScreenJson(Json):
    """What is on a device's screen."""

    visible_sliders: Annotated[list[SliderJson], Meta(max_length=50)]
    focused: FocusJson | None = None


class ContextJson(Json):
    """What kind of device it is, and how it is connected, in its own words."""

    device_type: Word = ""
    connection_type: Word = ""


class ViewportRequest(Json):
    """What a device shows at ``timestamp``, in ms by its own clock; replaces what it said before."""

    timestamp: Annotated[int, Meta(ge=0, le=1 << 53)]
    viewport: ScreenJson
    context: ContextJson = msgspec.field(default_factory=ContextJson)

    def known(self) -> Viewport:
        """Return what is made of it."""
        focused = self.viewport.focused
        return Viewport(
            timestamp=self.timestamp,
            sliders=[
                Slider(
                    list_id=slider.list_id,
                    items=[ItemId(item) for item in slider.items],
                    start=slider.start_index,
                    end=slider.end_index,
                    visible=slider.visible_item_count,
                )
                for slider in self.viewport.visible_sliders
            ],
            focus=Focus(focused.list_id, focused.index, ItemId(focused.item_id)) if focused else None,
        )
