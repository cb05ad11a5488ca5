"""The ledger: every usage event once, for ever, in one SQLite file.

`schema.py` is its shape, `store.py` opens it, `posting.py` writes events into it,
`queries.py` reads figures out of it, `care.py` checks, copies and prunes it.
"""
