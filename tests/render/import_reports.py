"""Imports with invented figures, for the goldens and the documents."""

from __future__ import annotations

from decimal import Decimal

from token_tracker.formats.usage_rows import BadRow
from token_tracker.model import CostBasis
from token_tracker.model import Tokens
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.imports import Imported
from token_tracker.reports.imports import ImportedFile

NOTHING = Figures(0, Tokens(), 0, Cost({}, {}, 0, ()))
FILE = ImportedFile("usage.json", 0, {}, 0, 0, 0, (), ())

IMPORTS = {
    "all-new": Imported(
        [ImportedFile("usage.json", 118, {}, 0, 0, 0, (), ())],
        Figures(
            118,
            Tokens(input=1_204_000, output=81_500),
            0,
            Cost(
                {"USD": {CostBasis.REPORTED: Decimal("4.10"), CostBasis.COMPUTED: Decimal("1.24")}}, {}, 0, ()
            ),
        ),
    ),
    "of-every-kind": Imported(
        [
            ImportedFile(
                "usage.json",
                3,
                {"claude-code": 2},
                10,
                1,
                4,
                [
                    BadRow(5, "no-date"),
                    BadRow(9, "tokens-invalid"),
                    BadRow(12, "cost-invalid"),
                    BadRow(13, "no-date"),
                ],
                ("sessions", "days"),
            )
        ],
        Figures(
            3,
            Tokens(input=7_000, output=400),
            0,
            Cost({"USD": {CostBasis.REPORTED: Decimal("0.20")}}, {}, 5_000, ("in-house-coder",)),
        ),
        settings=["daily", "language", "time_zone"],
        not_opened=["providers.json"],
    ),
    "trial": Imported(
        [ImportedFile("-", 1, {}, 0, 0, 0, (), ())],
        Figures(1, Tokens(input=90), 0, Cost({}, {}, 90, ("",))),
        dry_run=True,
    ),
    "covered": Imported([ImportedFile("usage.json", 0, {"claude-code": 12}, 0, 0, 0, (), ())], NOTHING),
    "known": Imported([ImportedFile("usage.json", 0, {}, 130, 0, 0, (), ())], NOTHING),
    "unusable": Imported(
        [ImportedFile("usage.json", 0, {}, 0, 0, 0, [BadRow(1, "not-an-object")], ())], NOTHING
    ),
    "no-rows": Imported([FILE], NOTHING),
    "no-files": Imported([], NOTHING),
}
