"""The streaming server: everything of Miauflix that needs no screen."""
