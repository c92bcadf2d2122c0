"""IIIF: a testimony as others' viewers show it (Presentation 3) and search it (Content Search 2).

To be shown in a viewer is to be shown on a page of others: all of it asks for `embed`, and each part for its own use besides.
"""
