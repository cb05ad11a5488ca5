"""What `reconcile` says, word for word, in both languages; and the same as JSON."""

from __future__ import annotations

import pytest

from published_shapes import complaints
from token_tracker.render.documents import DATA
from token_tracker.render.documents.envelope import envelope
from token_tracker.render.text import TEXTS

from . import reconciliations as given
from . import reports
from .conftest import Agreed


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", given.RECONCILIATIONS)
def test_a_reconciliation_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS["reconcile"](given.RECONCILIATIONS[name], reports.style(lang))

    assert text == agreed(f"reconcile-{name}.{lang}.txt", text)


@pytest.mark.parametrize("name", given.RECONCILIATIONS)
def test_a_reconciliation_has_its_published_shape(name: str) -> None:
    report = given.RECONCILIATIONS[name]
    data = DATA["reconcile"](report, reports.style("en"))

    document = envelope("reconcile", reports.NOW, report.period, data, report.problems)

    assert complaints("reconcile", document) == []


@pytest.mark.parametrize("name", given.RECONCILIATIONS)
def test_both_sums_of_an_invented_side_add_up(name: str) -> None:
    every = [sides for one in given.RECONCILIATIONS[name].providers for sides in one.sides]

    assert [one.billed for one in every] == [one.explained + one.only_in_bill + one.credits for one in every]
    assert [one.computed + one.shared_by_tokens for one in every] == [
        one.explained + one.only_in_logs + one.other_currency for one in every
    ]
