"""What `import` answers, word for word, in both languages, and its JSON."""

from __future__ import annotations

import pytest

from published_shapes import complaints
from token_tracker.render.documents import DATA
from token_tracker.render.documents.envelope import envelope
from token_tracker.render.text import TEXTS

from . import reports
from .conftest import Agreed
from .import_reports import IMPORTS


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", IMPORTS)
def test_an_import_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS["import"](IMPORTS[name], reports.style(lang))

    assert text == agreed(f"import-{name}.{lang}.txt", text)


@pytest.mark.parametrize("name", IMPORTS)
def test_the_json_of_an_import_is_as_published(name: str) -> None:
    report = IMPORTS[name]
    data = DATA["import"](report, reports.style("en"))

    assert complaints("import", envelope("import", reports.NOW, None, data, report.problems())) == []


@pytest.mark.parametrize("name", IMPORTS)
def test_every_row_is_in_one_count(name: str) -> None:
    for file in DATA["import"](IMPORTS[name], reports.style("en"))["files"]:
        kinds = ("counted", "known", "unused", "purged", "skipped")
        assert sum(file[kind] for kind in kinds) + sum(one["rows"] for one in file["covered"]) == file["rows"]
