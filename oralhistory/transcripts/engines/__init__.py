"""Speech-to-text engines: one interface, really several."""
