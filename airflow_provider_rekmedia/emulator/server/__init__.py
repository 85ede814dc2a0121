"""How users run and control the emulator: server, handle, admin paths, command line."""
