"""Short names of projects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_tracker.reports.naming import project_names

PATHS = st.lists(
    st.one_of(
        st.text("/ab", max_size=9),
        st.text("/\\aC:", max_size=9),
        st.lists(st.sampled_from(["w", "shop", "api"]), max_size=4).map(lambda parts: "/" + "/".join(parts)),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        ([], {}),
        (["/w/shop"], {"/w/shop": "shop"}),
        (["/w/shop", "/w/shop"], {"/w/shop": "shop"}),
        (["/w/商店"], {"/w/商店": "商店"}),
        (["/"], {"/": "/"}),
        (["/shop", "/w/shop"], {"/shop": "shop", "/w/shop": "w/shop"}),
        (
            ["/w/a/api", "/w/b/api", "/x/b/api", "/w/tools"],
            {"/w/a/api": "a/api", "/w/b/api": "w/b/api", "/x/b/api": "x/b/api", "/w/tools": "tools"},
        ),
        ([r"C:\work\shop"], {r"C:\work\shop": "shop"}),
        ([r"\\server\share\shop", "/w/shop"], {r"\\server\share\shop": "share/shop", "/w/shop": "w/shop"}),
        (
            [r"C:\work\shop", r"D:\work\shop"],
            {r"C:\work\shop": "C:/work/shop", r"D:\work\shop": "D:/work/shop"},
        ),
        (["/w/a\\b"], {"/w/a\\b": "a\\b"}),
        (["/w/shop", "/w/shop/"], {"/w/shop": "/w/shop", "/w/shop/": "/w/shop/"}),
    ],
)
def test_a_project_is_named_by_its_folder_and_by_its_parents_until_that_is_unique(
    paths: list[str], names: dict[str, str]
) -> None:
    assert project_names(paths) == names


@given(PATHS)
def test_no_two_projects_have_one_name(paths: list[str]) -> None:
    names = project_names(paths)
    assert set(names) == set(paths)
    assert len(set(names.values())) == len(names)


@given(PATHS, st.data())
def test_names_do_not_depend_on_the_order_of_the_projects(paths: list[str], data: st.DataObject) -> None:
    assert project_names(data.draw(st.permutations(paths))) == project_names(paths)
