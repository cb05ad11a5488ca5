"""A ledger's life in any order: post, read again, purge, reprice, back up, restore."""

from __future__ import annotations

import copy
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import invariant
from hypothesis.stateful import precondition
from hypothesis.stateful import rule

from token_tracker.ledger.archive import backup
from token_tracker.ledger.archive import restore
from token_tracker.ledger.care import purge
from token_tracker.ledger.care import verify
from token_tracker.ledger.store import Ledger
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS

from .postings import NOON_MS
from .postings import NOW
from .postings import PRICES
from .postings import Oracle
from .postings import PriceList
from .postings import logical
from .postings import opened_fast
from .postings import poster
from .postings import reading
from .test_orders import SOURCES
from .test_orders import files

LISTS = (
    PriceList(),
    PriceList({**PRICES, "unlisted": ("vendor-u", "EUR", 2, 3)}, "list-2"),
    PriceList({"model-b": ("vendor-x", "USD", 5, 7)}, "list-3"),
)
Copy = tuple[str, str, UsageEvent]


class Life(RuleBasedStateMachine):
    """Compares the ledger with a dict after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.home = self.folder / "home"
        self.ledger: Ledger = opened_fast(self.home)
        self.oracle = Oracle()
        self.read: list[Copy] = []
        self.saved: list[tuple[Path, Oracle]] = []
        poster(self.ledger).reprice()

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.ledger.close()
        shutil.rmtree(self.folder)

    def take(self, some: list[Copy]) -> None:
        pricer = self.oracle.pricer
        batch = [
            reading(path, [one], pricer, source=source, host_provider=SOURCES[source])
            for source, path, one in some
        ]
        poster(self.ledger, pricer).post(batch)
        self.oracle.post(*((source, SOURCES[source], [one]) for source, _, one in some))

    @rule(some=st.lists(files(), min_size=1, max_size=4))
    def post(self, some: list[Copy]) -> None:
        """Read new lines."""
        self.take(some)
        self.read += some

    @precondition(lambda self: self.read)
    @rule(data=st.data())
    def post_again(self, data: st.DataObject) -> None:
        """Read lines that were read before."""
        self.take(data.draw(st.lists(st.sampled_from(self.read), min_size=1, max_size=4)))

    @rule(quarters=st.integers(-1, 60))
    def purge(self, quarters: int) -> None:
        """Remove what is old."""
        purge(self.ledger, NOON_MS + quarters * BUCKET_MS, dry_run=False)
        self.oracle.purge(NOON_MS + quarters * BUCKET_MS)

    @rule(pricer=st.sampled_from(LISTS))
    def reprice(self, pricer: PriceList) -> None:
        """Get another price list."""
        poster(self.ledger, pricer).reprice()
        self.oracle.pricer = pricer

    @rule()
    def reopen(self) -> None:
        """Start another process."""
        self.ledger.close()
        self.ledger = opened_fast(self.home)

    @precondition(lambda self: len(self.saved) < 3)
    @rule()
    def back_up(self) -> None:
        """Copy the ledger away."""
        file = self.folder / f"{len(self.saved)}.zip"
        backup(self.ledger, file)
        self.saved.append((file, copy.deepcopy(self.oracle)))

    @precondition(lambda self: self.saved)
    @rule(data=st.data(), undo_purges=st.booleans())
    def bring_back(self, data: st.DataObject, undo_purges: bool) -> None:
        """Replace the ledger by a copy from before."""
        file, then = data.draw(st.sampled_from(self.saved))
        self.ledger.close()
        restore(self.home, file, NOW, undo_purges=undo_purges)
        self.ledger = opened_fast(self.home)
        before, self.oracle = self.oracle, copy.deepcopy(then)
        if not undo_purges:
            for gone in before.purged:
                self.oracle.events.pop(gone, None)
            self.oracle.purged |= before.purged
            if before.horizon_ms is not None:
                self.oracle.purge(before.horizon_ms)
        poster(self.ledger, before.pricer).reprice()
        self.oracle.pricer = before.pricer

    @invariant()
    def holds_what_the_dict_holds(self) -> None:
        """Compare everything."""
        assert logical(self.ledger) == self.oracle.account()
        assert verify(self.ledger, self.oracle.pricer).whole


Life.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestLife = Life.TestCase
