"""What there is to watch: titles found on the internet, merged, and kept for when it can't be reached."""
