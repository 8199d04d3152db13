"""Segments and highlights: no character is lost, every mention is covered by its segments."""

import pytest
from highlighted import Html
from hypothesis import given
from hypothesis import strategies as st
from steady import steadily

from service.documents.highlight import Highlighter, Placed, exact, shorten
from service.documents.segments import segments
from service.things.kinds import KINDS

WORDS = {f"{name}_{kind}": kind for name in ("badge", "kind") for kind in (*KINDS, "other")}
TEXT = "Әкім <есепті> & «жоспарды»\r\n 2 рет\tұсынады; ☃ 𝒳 \n"

ranges = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 8)).map(
        lambda r: (min(r[:2]), max(r[:2]), r[2])
    ),
    max_size=14,
)


@steadily(150)
@given(
    start=st.integers(0, 30),
    size=st.integers(0, 30),
    ranges=ranges,
    cuts=st.lists(st.integers(0, 60), max_size=5),
)
def test_segments_are_the_stretch_and_know_what_covers_them(
    start: int, size: int, ranges: list[tuple[int, int, int]], cuts: list[int]
) -> None:
    found = list(segments(start, start + size, ranges, cuts))
    assert [at for one in found for at in range(one.start, one.end)] == list(
        range(start, start + size)
    )
    for one in found:
        assert one.start < one.end
        assert not any(one.start < cut < one.end for cut in cuts)
        assert len(one.over) == len(set(one.over))
        for at in range(one.start, one.end):
            covering = [key for low, high, key in ranges if low <= at < high]
            assert set(one.over) == set(covering)
            # The innermost is the last of the ranges given.
            assert list(one.over[-1:]) == covering[-1:]


def place(size: int) -> st.SearchStrategy[list[Placed]]:
    """Mentions of a text, some in several parts."""
    cut = st.lists(st.integers(0, size), min_size=2, max_size=6, unique=True).map(sorted)
    parts = cut.map(lambda at: tuple(zip(at[::2], at[1::2], strict=False)))
    one = st.tuples(parts, st.sampled_from(KINDS), st.booleans())
    return st.lists(one, max_size=8).map(
        lambda found: [
            Placed(i, kind, parts, f"/doc/{i % 3}", f'"{i}" <b>', begins)
            for i, (parts, kind, begins) in enumerate(found)
        ]
    )


@steadily(150)
@given(
    placed=place(len(TEXT)),
    visible=st.sets(st.sampled_from(KINDS)),
    mark=st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(sorted),
)
def test_the_html_is_the_text_with_every_mention(
    placed: list[Placed], visible: set[str], mark: list[int]
) -> None:
    low, high = mark
    marks = [(low, high, f"char={low},{high}")] if low < high else []
    writer = Highlighter(TEXT, placed, frozenset(visible), marks, WORDS)
    html = Html("".join(part for _, part in writer.write(0, len(TEXT), [0, 7])))
    assert html.text == TEXT
    for at in range(len(TEXT)):
        covering = {one.key for one in placed if any(a <= at < b for a, b in one.parts)}
        assert html.over[at] == covering
        assert html.marked[at] == (low <= at < high)
    assert len(html.ids) == len(set(html.ids))
    assert set(writer.ids) == {one.key for one in placed}
    assert set(writer.ids.values()) <= set(html.ids)
    shown = {str(badge["data-m"]) for badge in html.badges if "hidden" not in badge}
    assert shown == {str(one.key) for one in placed if one.kind in visible}
    # By the keyboard too there is a way to everything that is highlighted.
    reached = {a["href"] for a in [*html.links, *html.badges] if a.get("tabindex") != "-1"}
    hidden = {a["href"] for a in html.badges if "hidden" in a}
    assert {one.href for one in placed if one.kind in visible} <= reached
    assert reached <= {one.href for one in placed if one.kind in visible} | hidden


def test_the_innermost_is_the_link_and_the_covered_one_has_a_badge() -> None:
    outer = Placed(0, "norm", ((0, 20),), "/doc/norm", "норма")
    middle = Placed(1, "citation", ((5, 12),), "/doc/citation", "сілтеме")
    inner = Placed(2, "act", ((5, 12),), "/doc/act", "заң")
    everything = frozenset(KINDS)
    writer = Highlighter("Заңның 5-бабына сәйкес", [outer, middle, inner], everything, [], WORDS)
    html = Html("".join(part for _, part in writer.write(0, 22, [])))
    assert [link["href"] for link in html.links] == ["/doc/norm", "/doc/act", "/doc/norm"]
    assert [link.get("tabindex") for link in html.links] == [None, None, "-1"]
    reach = {badge["href"]: badge.get("aria-label") for badge in html.badges}
    assert reach == {"/doc/norm": None, "/doc/citation": "citation: сілтеме", "/doc/act": None}


def test_parts_of_a_mention_are_told_to_belong_together() -> None:
    apart = Placed(0, "body", ((0, 4), (8, 12)), "/doc/body", "орган")
    writer = Highlighter("Ішкі xx істер", [apart], frozenset(KINDS), [], WORDS)
    html = Html("".join(part for _, part in writer.write(0, 13, [])))
    assert [badge["data-badge"] for badge in html.badges] == ["body 1/2", "body 2/2"]
    assert all("apart" in str(link["class"]) for link in html.links)


@pytest.mark.parametrize(
    ("text", "html"),
    [("a<b>&", "a&lt;b&gt;&amp;"), ("a\r\nb", "a&#13;\nb"), ("a\0b", "a\ufffdb"), ('"', '"')],
)
def test_text_is_written_so_that_a_browser_reads_it_back(text: str, html: str) -> None:
    assert exact(text) == html


def test_a_long_name_is_cut_after_a_word() -> None:
    assert shorten("бір  екі\nүш", 20) == "бір екі үш"
    assert shorten("бір екі үш", 8) == "бір екі…"
    assert shorten("ұзақсөзбен", 4) == "ұзақ…"
