"""People named in a testimony who do not tell it: found, decided on, kept out of text and sound where that was decided."""
