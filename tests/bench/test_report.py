"""The documents that benches write: no row is left out, and every word is true."""

import json
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from bench import record
from bench.markdown import between, number
from bench.plot import chart
from bench.record import Results
from bench.targets import TABLE, comparison


def results(**figures: dict[str, list[float]]) -> Results:
    """Make up a run."""
    return Results("abc", 3, [1, 1], 60, figures, rival="hocus-pgredis")


def cells(run: Results, label: str) -> list[str]:
    """Give the table's row that begins so."""
    (line,) = [one for one in comparison(run).splitlines() if one[2:].startswith(label)]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_workload_has_a_row_even_where_nothing_was_measured() -> None:
    lines = comparison(results()).splitlines()
    assert len(lines) == 2 + len(TABLE)
    assert all("yes" not in line for line in lines)


def test_met_and_not_met_are_told_apart() -> None:
    times = {"hocus-pgredis": [10.0], "daphne": [14.0], "uvicorn": [13.0]}
    run = results(**{"W1 B all_us": times, "W1 B p95": times, "W1 most": times})
    assert cells(run, "W1 B: CPU a delivery, all")[2:] == [
        *("14", "1.40", "≤ 1.5 x", "yes"),
        *("13", "1.30", "≤ 1 x", "**no**"),
    ]
    assert cells(run, "W1 B: p95")[-1] == "**no**"
    assert cells(run, "W1: most")[5] == cells(run, "W1: most")[-1] == "yes"


def test_what_is_asked_for_by_itself_needs_no_rival() -> None:
    run = results(
        **{"W4 lost": {"daphne": [0.0, 0.0, 1.0], "uvicorn": [1.0, 1.0, 0.0]}}
    )
    assert cells(run, "W4")[1:] == [
        "-",
        "0",
        "",
        "≤ 0",
        "yes",
        "1",
        "",
        "≤ 0",
        "**no**",
    ]


def test_a_median_is_of_all_rounds() -> None:
    run = results(**{"W2 p95": {"daphne": [1.0, 9.0, 2.0]}})
    assert run.middle("W2 p95", "daphne") == 2
    assert run.middle("W2 p95", "uvicorn") is None


def test_a_run_is_read_as_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    written = results(W3={"daphne": [1.0, 2.5]})
    written.rows = [{"p95": float("inf"), "sockets": 3}]
    written.write("peers")
    assert json.loads((tmp_path / "peers.json").read_text())["rows"][0]["p95"] is None
    found = Results.read("peers")
    assert found.figures == written.figures
    assert record.value(found.rows[0], "p95") == float("inf")


def test_words_around_the_markers_stay() -> None:
    text = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n"
    assert between(text, "a", "new") == text.replace("old", "new")
    with pytest.raises(ValueError, match="no markers for b"):
        between(text, "b", "new")


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (12345.6, "12,346"), (3.14159, "3.14"), (50, "50")]
)
def test_numbers_have_three_digits(value: float, written: str) -> None:
    assert number(value) == written


def test_a_chart_is_xml_with_every_point_inside() -> None:
    line = [(10.0, 1.0), (1000.0, 400.0)]
    drawn = fromstring(chart("a < b", "x", "y", {"one & two": line, "flat": line[:1]}))
    points = [one for one in drawn.iter() if one.get("r") == "3"]
    assert len(points) == 3
    for point in points:
        assert 64 <= float(point.get("cx", 0)) <= 410
        assert 34 <= float(point.get("cy", 0)) <= 252


def test_what_never_arrived_has_no_point() -> None:
    line = [(10.0, 1.0), (0.0, 3.0), (20.0, float("inf"))]
    drawn = fromstring(chart("a", "x", "y", {"one": line}))
    assert len([one for one in drawn.iter() if one.get("r") == "3"]) == 1
