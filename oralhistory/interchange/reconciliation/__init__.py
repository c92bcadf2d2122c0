"""The public records as a reconciliation service: a table of somebody else's finds ours by name.

After "Reconciliation Service API", version 0.2, of the W3C's Entity Reconciliation Community Group. Only what
`organizations.public` gives is known here.
"""
