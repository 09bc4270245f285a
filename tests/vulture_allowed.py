"""Names that are used from outside of the code, where vulture can't see it: each line says by whom."""
