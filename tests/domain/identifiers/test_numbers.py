"""Numbers that are given to people, told from numbers that are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers.detect import identifiers_in
from domain.identifiers.numbers import has_check

CHECKED = [
    ("9434765919", True),
    ("4010232137", True),
    ("9434765918", False),
    ("1111111111", False),
    ("0000000000", False),
]


@pytest.mark.parametrize(("digits", "expected"), CHECKED)
def test_a_number_of_ten_digits_has_its_check(digits: str, expected: object) -> None:
    assert expected is has_check(digits)


@given(st.integers(0, 999_999_999), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_never_has_its_check(start: int, place: int, shift: int) -> None:
    whole = next((f"{start:09}{last}" for last in range(10) if has_check(f"{start:09}{last}")), None)
    if whole is not None:
        changed = str((int(whole[place]) + shift) % 10)
        assert not has_check(whole[:place] + changed + whole[place + 1 :])


@pytest.mark.parametrize(
    "text", ["999 000 0018", "9990000018", "111 111 1111", "NHS number 999 012 3456", "0000000000"]
)
def test_numbers_for_tests_and_repeated_digits_are_nobodys(text: str) -> None:
    assert () == identifiers_in(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("9434765919", "nhs_number"), ("0101501234", "chi_number"), ("3200000007", "hc_number"),
        ("NHS number 943 476 5918", "nhs_number"), ("QQ123456C", "ni_number"),
    ],
)  # fmt: skip
def test_numbers_are_told_apart_by_range_check_and_form(text: str, kind: str) -> None:
    assert [kind] == [one.kind for one in identifiers_in(text)]


@pytest.mark.parametrize(
    "number", ["0800 1111", "116 123", "0300 123 2323", "0808 808 1677", "0344 892 0111", "1-800-222-1222"]
)
def test_numbers_of_services_are_not_those_of_people(number: str) -> None:
    assert () == identifiers_in(f"Call {number} at any time.")
