"""The data plane server (row 6): client connections, the driver of calls, the server's life."""
