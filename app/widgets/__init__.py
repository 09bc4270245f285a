"""The parts the windows are made of."""
