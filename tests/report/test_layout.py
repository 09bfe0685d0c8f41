"""Tables and paragraphs in a number of columns."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.report.layout import display_width, shorten, table, wrap

ROWS = [
    ("INSTANCE", "ALLOCATION", "LIMIT", "WHY"),
    ("chemistry-ground-states", "21h 9m 33s => 6h 21m 18s", "none", "active (score 9962.8, fairness 0.27)"),
    ("idle", "1m", "none => 5h", "inactive, held at the minimum"),
]
AS_NEEDED = """\
INSTANCE                 ALLOCATION                LIMIT       WHY
chemistry-ground-states  21h 9m 33s => 6h 21m 18s  none        active (score 9962.8, fairness 0.27)
idle                     1m                        none => 5h  inactive, held at the minimum"""
BELOW_ITS_ROW = """\
INSTANCE                 ALLOCATION                LIMIT
  WHY
chemistry-ground-states  21h 9m 33s => 6h 21m 18s  none
  active (score 9962.8, fairness 0.27)
idle                     1m                        none => 5h
  inactive, held at the minimum"""
NAMES_ABOVE = """\
INSTANCE
  ALLOCATION                LIMIT
  WHY
chemistry-ground-states
  21h 9m 33s => 6h 21m 18s  none
  active (score 9962.8, fairness 0.27)
idle
  1m                        none => 5h
  inactive, held at the minimum"""
CELLS_GO_ON = """\
INSTANCE
  ALLOCATION     LIMIT
  WHY
chemistry-ground-states
  21h 9m 33s     none
  => 6h 21m 18s
  active (score 9962.8, fairness
  0.27)
idle
  1m             none
                 => 5h
  inactive, held at the minimum"""


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (None, AS_NEEDED),
        (99, AS_NEEDED),
        (84, BELOW_ITS_ROW),
        (65, BELOW_ITS_ROW),
        (54, NAMES_ABOVE),
        (36, CELLS_GO_ON),
    ],
)
def test_what_does_not_fit_moves_step_by_step(width: int | None, lines: str) -> None:
    """Reasons move below their rows, then names above them, then cells go on in the next line."""
    assert table(ROWS, width, prose=True) == lines


FIGURES = [
    ("INSTANCE", "ALLOCATION", "USED IN 28 DAYS", "WHY"),
    ("chemistry", "21h 09m => 6h 21m", "5h 36m!", "inactive"),
    ("idle", "8h 20m => 10h 00m", "0m", "inactive"),
    ("calm", "none", "?", "no change"),
]


FIGURES_AS_NEEDED = """\
INSTANCE           ALLOCATION  USED IN 28 DAYS  WHY
chemistry  21h 09m =>  6h 21m          5h 36m!  inactive
idle        8h 20m => 10h 00m              0m   inactive
calm                     none               ?   no change"""
TITLES_GO_ON = """\
INSTANCE           ALLOCATION  USED IN
                               28 DAYS
  WHY
chemistry  21h 09m =>  6h 21m  5h 36m!
  inactive
idle        8h 20m => 10h 00m      0m
  inactive
calm                     none       ?
  no change"""
FIGURES_BELOW_NAMES = """\
INSTANCE
          ALLOCATION  USED IN
                      28 DAYS
  WHY
chemistry
  21h 09m =>  6h 21m  5h 36m!
  inactive
idle
   8h 20m => 10h 00m      0m
  inactive
calm
                none       ?
  no change"""


@pytest.mark.parametrize(("width", "lines"), [(None, FIGURES_AS_NEEDED), (40, TITLES_GO_ON), (30, FIGURES_BELOW_NAMES)])
def test_figures_stand_below_each_other(width: int | None, lines: str) -> None:
    """Arrows, last digits and marks in columns of their own; titles go on in the next line before cells do."""
    assert table(FIGURES, width, prose=True, figures={1, 2}) == lines


def test_reasons_that_have_room_stay_in_their_column() -> None:
    """Where a third of the line is left for them, they go on below themselves."""
    rows = [(name, why) for name, _, _, why in ROWS]
    assert table(rows, 50, prose=True) == (
        "INSTANCE                 WHY\n"
        "chemistry-ground-states  active (score 9962.8,\n"
        "                         fairness 0.27)\n"
        "idle                     inactive, held at the\n"
        "                         minimum"
    )


def test_names_lose_their_middle_before_a_line_is_spent_on_them() -> None:
    """Twenty columns are enough to tell names apart; with fewer they stand above their rows, whole."""
    rows = [("INSTANCE", "USED"), ("a-team-with-a-very-long-name-1", "5h"), ("a-team-with-a-very-long-name-2", "6h")]

    assert table(rows, 32).splitlines()[1:] == [
        "a-team-with-a…-long-name-1  5h",
        "a-team-with-a…-long-name-2  6h",
    ]
    wide = [(name, cell, "x" * 12) for name, cell in rows]
    assert table(wide, 32).splitlines()[2:4] == ["a-team-with-a-very-long-name-1", "  5h    xxxxxxxxxxxx"]


def test_what_is_wider_than_any_line_is_told_cell_by_cell() -> None:
    """In the narrowest terminals each cell has a line, under the name of its row."""
    rows = [("PLAN", "SUBSCRIPTION", "CONTRACT ENDS"), ("premium", "0123456789" * 4, "2026-12-31 (in 43 days)")]

    assert table(rows, 40) == (
        "premium\n"
        "  SUBSCRIPTION   01234567890123456789012\n"
        "                 34567890123456789\n"
        "  CONTRACT ENDS  2026-12-31 (in 43 days)"
    )


CELLS = st.text(st.sampled_from("ab 0(,=>量子\u0301é"), max_size=30).map(str.strip)


@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=2, max_size=4),
    st.integers(30, 140),
    st.booleans(),
    st.sets(st.integers(1, 2)),
)
def test_no_line_is_wider_than_the_terminal(
    rows: list[tuple[str, ...]], width: int, prose: bool, figures: set[int]
) -> None:
    """Whatever the cells hold, wide and combining characters too; and what fits is set as without a width."""
    rows[0] = ("NAME", "FIRST CELL", "SECOND", "WHY")
    natural = table(rows, figures=figures)
    lines = table(rows, width, prose=prose, figures=figures).splitlines()

    assert max(map(display_width, lines)) <= width
    if max(map(display_width, natural.splitlines())) < width:
        assert lines == natural.splitlines()
    # Names may lose their middle, cells lose nothing.
    written = Counter("".join("".join(cells) for _, *cells in rows[1:]).replace(" ", ""))
    assert written <= Counter("".join(lines))


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("", 0), ("量子", 4), ("e\u0301", 1), ("ｱ", 1), ("Ａ", 2), ("a\u200bb", 2), ("…", 1)],
)
def test_characters_count_as_a_terminal_shows_them(text: str, columns: int) -> None:
    """Wide ones two, combining and invisible ones none."""
    assert display_width(text) == columns


def test_wide_names_do_not_push_their_neighbours_aside() -> None:
    """A column ends at the same place in each row, whatever the script."""
    assert table([("NAME", "N"), ("量子", "1"), ("abcde", "2")]).splitlines() == ["NAME   N", "量子   1", "abcde  2"]


def test_a_long_name_keeps_both_its_ends() -> None:
    """Names that begin alike stay apart; a short one stays whole."""
    long_names = [f"a-team-with-a-very-long-name-{number}" for number in range(2)]

    assert shorten("busy", 25) == "busy"
    assert [shorten(name, 25) for name in long_names] == ["a-team-with-…-long-name-0", "a-team-with-…-long-name-1"]
    assert shorten("north/physics/spectroscopy-of-cold-atoms", 30, 12) == "north/physic…opy-of-cold-atoms"
    assert shorten("量子" * 10, 9) == "量子…量子"


def test_paragraphs_break_at_blanks() -> None:
    """Lines are filled, breaks that are there stay, and a word that is too long is broken where it must be."""
    assert wrap("one two three\n\nfour", 7) == "one two\nthree\n\nfour"
    assert wrap("one 0123456789", 6) == "one\n012345\n6789"
    assert wrap("one two three", None) == "one two three"
