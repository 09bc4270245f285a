"""What people look at is got ready to be played."""
