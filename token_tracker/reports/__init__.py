"""What people ask about their usage, as typed values without a word of any language.

Every report is a pure function of rows that were read before, the period, and the
moment; nothing here reads a file, a clock or the environment.
"""
