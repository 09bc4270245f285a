"""Who may come in: pairing, tokens, devices."""
