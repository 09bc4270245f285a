"""The desktop application: tray, windows and the thread the server runs on."""
