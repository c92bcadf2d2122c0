"""The texts of the site: what ships with the program, what archivists made of it, how it becomes HTML."""
