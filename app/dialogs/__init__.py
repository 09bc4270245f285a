"""Dialogs and wizards beside the status window: pairing, adding, the first run, the keys."""
