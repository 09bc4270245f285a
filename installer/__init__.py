"""Builds the packages of Miauflix: what ``./run package`` starts."""
