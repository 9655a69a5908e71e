"""Passwords: what is refused, what a hash is good for, and that an unknown name costs the same work."""

from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from data import passwords
from data.passwords import Weakness


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("short", Weakness.SHORT),
        ("九个字的一句密码吗", Weakness.SHORT),
        ("十个字的一句密码可以了", None),
        ("correct horse", None),
        ("1234567890", Weakness.COMMON),
        ("１２３４５６７８９０", Weakness.COMMON),
        ("PASSWORD123", Weakness.COMMON),
        ("aaaaaaaaaaaaaa", Weakness.COMMON),
        ("Wang.Xiaoming", Weakness.NAME),
        (" wang.xiaoming ", Weakness.NAME),
        ("韶关市武江区卫生健康局", Weakness.NAME),
        ("x1" * 101, Weakness.LONG),
        ("          ", Weakness.COMMON),
    ],
)
def test_rules_are_length_names_and_commonness(password: str, weak: Weakness | None) -> None:
    assert passwords.weakness(password, "wang.xiaoming", "韶关市武江区卫生健康局") == weak


def test_every_common_password_is_long_enough_to_matter() -> None:
    assert all(len(word) >= passwords.SHORTEST for word in passwords._COMMON)
    assert len(passwords._COMMON) > 60


@tuned(max_examples=5, deadline=None)
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_a_hash_fits_its_password_only(one: str, other: str) -> None:
    stored = passwords.hash_password(one)
    assert passwords.matches(stored, one)
    assert passwords.matches(stored, other) == (passwords._normal(one) == passwords._normal(other))


def test_a_hash_names_argon2id_and_has_its_own_salt() -> None:
    one, two = passwords.hash_password("correct horse"), passwords.hash_password("correct horse")
    assert one.startswith("$argon2id$")
    assert one != two


def test_full_width_typing_is_the_same_password() -> None:
    assert passwords.matches(passwords.hash_password("Abc 123 xyz"), "Ａｂｃ　１２３ ｘｙｚ")


def test_an_unknown_name_costs_the_same_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    class Watching(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Any:
            checked.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)

    passwords.matches(None, "x")
    monkeypatch.setattr(passwords, "HASHER", Watching(3, 32 * 1024, 1))
    assert not passwords.matches(None, "correct horse")
    assert not passwords.matches(passwords.hash_password("another one"), "correct horse")
    assert len(checked) == 2
    assert checked[0] == checked[1], "another algorithm or other parameters"


def test_the_dummy_hash_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_dummy", lambda: passwords.hash_password("guessed it"))
    assert not passwords.matches(None, "guessed it")


@pytest.mark.parametrize("stored", ["", "junk", "$argon2id$v=19$m=1"])
def test_a_damaged_hash_fits_nothing(stored: str) -> None:
    assert not passwords.matches(stored, "correct horse")


def test_a_huge_password_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", None)
    assert not passwords.matches(None, "x" * 201)


def test_other_parameters_are_noticed() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("correct horse")
    assert passwords.outdated(weak)
    assert passwords.matches(weak, "correct horse")
    assert not passwords.outdated(passwords.hash_password("correct horse"))


def test_one_time_passwords_are_readable_and_strong_enough() -> None:
    made = {passwords.one_time() for _ in range(50)}
    assert len(made) == 50
    assert all(len(p) == 19 and not set(p) & set("0o1l") for p in made)
    assert all(passwords.weakness(p) is None for p in made)
