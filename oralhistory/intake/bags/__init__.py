"""Preservation packages: one interview with all that hangs on it as a BagIt 1.0 bag, written and brought back.

Both directions live here and not in `interchange`, which reads editions only and hands out what the public may
have. A package holds the working rows and the masters, and what leaves must be what the way back in knows: one
table (`records.KINDS`) serves both.
"""
