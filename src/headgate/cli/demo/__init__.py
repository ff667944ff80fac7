"""The demo: simulator, gateway and clients, as real processes on this machine."""
