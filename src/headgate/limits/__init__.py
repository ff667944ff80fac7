"""Pure arithmetic of limits: windows, quotas, reservations, waits (row 1)."""
