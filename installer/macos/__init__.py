"""What macOS wants to know of the app."""
