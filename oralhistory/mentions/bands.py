"""What a score is good for. Shares of suggestions that turn out right, as far as the scorer is calibrated."""

LEAST = 0.20  # below this nothing is kept
PROPOSED = 0.50  # from here a moderator is asked; below, a suggestion is folded away
IN_BULK = 0.90  # from here several may be taken at once, after a look
