"""The settings dialog, a page a file, and how changes reach ``settings.toml`` and the running server."""
