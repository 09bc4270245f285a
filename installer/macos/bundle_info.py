"""The property list of ``Miauflix.app``."""

from __future__ import annotations

from typing import Any

IDENTIFIER = "app.miauflix.miauflix"


def bundle_info(version: str) -> dict[str, Any]:
    """Return what ``Info.plist`` says besides what PyInstaller writes by itself."""
    return {
        "CFBundleDisplayName": "Miauflix",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleURLTypes": [
            {"CFBundleURLName": "Magnet link", "CFBundleTypeRole": "Viewer", "CFBundleURLSchemes": ["magnet"]}
        ],
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Torrent file",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["org.bittorrent.torrent"],
            }
        ],
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": "org.bittorrent.torrent",
                "UTTypeDescription": "Torrent file",
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["torrent"],
                    "public.mime-type": ["application/x-bittorrent"],
                },
            }
        ],
        "LSApplicationCategoryType": "public.app-category.video",
        "LSMinimumSystemVersion": "14.0",  # libtorrent's wheel asks for it
        "LSUIElement": True,  # lives in the menu bar, without an icon in the Dock
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "The Miauflix authors, MIT licence",
        "NSLocalNetworkUsageDescription": "Miauflix plays videos on the TVs and browsers of your home network.",
        "NSBonjourServices": ["_miauflix._tcp", "_http._tcp"],
        "NSSupportsAutomaticGraphicsSwitching": True,
    }
