"""Keys and the encryption of single fields; knows no database."""
