"""Shelves: many interviews from one list. Everything is checked before anything is touched; twice is as good as once."""
