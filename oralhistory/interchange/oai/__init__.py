"""OAI-PMH 2.0: other catalogs collect the descriptions of testimonies and the authority records of organizations.

`requests` reads what is asked, `journal` knows what was given out and what became of it, `records` writes metadata,
`answers` puts together what is said.
"""
