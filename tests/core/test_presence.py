"""Participants become a roster; colours can be read."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.presence import (
    ACTIVE_MS,
    COLOURS,
    IDLE_MS,
    Participant,
    colour,
    roster,
    status,
)
from documents.people import HUES

NOW = 1_800_000_000_000

times = st.integers(NOW - 2 * IDLE_MS, NOW)
participants = st.lists(
    st.builds(
        Participant,
        socket=st.uuids().map(str),
        user=st.integers(1, 4),
        name=st.text(max_size=8),
        hue=st.integers(1, HUES),
        since=times,
        active=times,
    ),
    unique_by=lambda one: one.socket,
)


def tab(
    socket: str, user: int = 1, *, since: int = NOW, active: int = NOW
) -> Participant:
    """Make a participant."""
    return Participant(socket, user, f"Person {user}", user, since, active)


@pytest.mark.parametrize(
    ("quiet", "told"),
    [
        (-5_000, "active"),
        (0, "active"),
        (ACTIVE_MS - 1, "active"),
        (ACTIVE_MS, "idle"),
        (IDLE_MS - 1, "idle"),
        (IDLE_MS, "away"),
    ],
)
def test_status_follows_the_last_activity(quiet: int, told: str) -> None:
    assert status(NOW - quiet, NOW) == told


def test_tabs_of_one_user_are_one_person_as_active_as_the_busiest() -> None:
    [person] = roster(
        [tab("a", since=NOW - 10, active=NOW - IDLE_MS), tab("b", since=NOW - 5)], NOW
    )
    assert person.as_json() == {
        "user": 1,
        "name": "Person 1",
        "hue": 1,
        "status": "active",
        "since": NOW - 10,
        "tabs": 2,
    }


def test_whoever_came_first_stands_first() -> None:
    people = roster([tab("a", 2, since=NOW - 1), tab("b", 1), tab("c", 3)], NOW)
    assert [person.user for person in people] == [2, 1, 3]


@given(participants, st.randoms())
def test_the_roster_depends_on_nobody_s_order(
    here: list[Participant], random: Random
) -> None:
    shuffled = random.sample(here, len(here))
    people = roster(here, NOW)
    assert roster(shuffled, NOW) == people
    assert {person.user for person in people} == {one.user for one in here}
    assert sum(person.tabs for person in people) == len(here)
    assert [person.since for person in people] == sorted(p.since for p in people)


@given(participants)
def test_a_participant_survives_being_written(here: list[Participant]) -> None:
    assert [Participant.load(one.dump()) for one in here] == here


@pytest.mark.parametrize(
    "line",
    ["", "[]", "{}", '{"socket":"a"}', tab("a").dump().replace(":1,", ":true,")],
)
def test_another_line_is_no_participant(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (json's own error is one)
        Participant.load(line)


def test_the_server_names_a_participant_by_hue_and_colour() -> None:
    assert tab("a", 2).as_user() == {
        "id": 2,
        "name": "Person 2",
        "hue": 2,
        "color": COLOURS[1],
    }


def luminance(hexadecimal: str) -> float:
    """Compute the relative luminance of WCAG 2."""
    parts = [int(hexadecimal[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Compute the contrast of WCAG 2."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_every_hue_has_a_colour_of_its_own() -> None:
    assert len({colour(hue) for hue in range(1, HUES + 1)}) == HUES
    assert colour(HUES + 1) == colour(1)


@pytest.mark.parametrize("hexadecimal", COLOURS)
def test_colours_carry_white_text_and_show_on_light_and_dark(hexadecimal: str) -> None:
    assert contrast(hexadecimal, "#ffffff") >= 4.5
    assert contrast(hexadecimal, "#1a1a1a") >= 3
