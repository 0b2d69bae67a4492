"""The table of the log's algebra: every figure in its own column."""

from bench.log_table import LINES, told


def test_each_log_has_a_column_for_each_of_three() -> None:
    names = {name for line in LINES for name in line[1:4] if name}
    figures = {"b4": dict.fromkeys(names, 2.0), "crowd": dict.fromkeys(names, 3.0)}

    head, _, *rows = told(figures).splitlines()

    assert head.count("B4") == head.count("the crowd") == 3
    assert len(rows) == len(LINES)
    (merged,) = [row for row in rows if "merge all rows" in row]
    cells = [cell.strip() for cell in merged.strip("|").split("|")]
    assert cells[1:] == ["2,000"] * 3 + ["3,000"] * 3
