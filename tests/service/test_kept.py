"""Answers that are kept: they are right, bounded, and gone when the data changes."""

from hypothesis import given
from hypothesis import strategies as st

from service.engine.kept import Kept, Recent


def test_an_answer_is_kept_under_its_tag() -> None:
    kept = Kept(1000)
    kept.put("a", b"1")
    assert (kept.get("a"), kept.get("b")) == (b"1", None)


def test_nothing_is_kept_in_no_room() -> None:
    kept = Kept(0)
    kept.put("a", b"1")
    assert kept.get("a") is None


def test_the_least_used_goes_first() -> None:
    kept = Kept(10)
    kept.put("a", b"1234")
    kept.put("b", b"1234")
    assert kept.get("a")
    kept.put("c", b"1234")
    assert [kept.get(tag) for tag in "abc"] == [b"1234", None, b"1234"]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 40))))
def test_the_room_is_never_exceeded(puts: list[tuple[str, int]]) -> None:
    kept = Kept(50)
    sizes: dict[str, int] = {}
    for tag, size in puts:
        kept.put(tag, bytes(size))
        sizes.setdefault(tag, size)
        held = [tag for tag in "abcdefgh" if kept.get(tag) is not None]
        assert sum(len(kept.get(tag) or b"") for tag in held) <= 50
        if kept.get(tag) is None:
            del sizes[tag]
        else:
            assert len(kept.get(tag) or b"") <= 40


def test_the_least_used_go_first_and_a_larger_one_is_kept_alone() -> None:
    texts = Recent[str](100)
    texts.put("a", "a", 40)
    texts.put("b", "b", 40)
    assert texts.get("a") == "a"
    texts.put("c", "c", 40)
    assert [texts.get(key) for key in "abc"] == ["a", None, "c"]
    texts.put("c", "another", 50)
    assert [texts.get(key) for key in "abc"] == ["a", None, "another"]
    texts.put("long", "long", 1000)
    assert [texts.get(key) for key in ("a", "c", "long")] == [None, None, "long"]
