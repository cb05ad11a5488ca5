"""Speed, measured against known totals; `run.py` is the program, nothing here is shipped."""
