from __future__ import annotations

from headgate.limits.bucket import Bucket
from headgate.model.clock import SECOND, Micros

T = Micros(1_764_547_200 * SECOND)
MINUTE = 60 * SECOND


def at(offset: float) -> Micros:
    return Micros(T + int(offset * SECOND))


def charged(amount: int, limit: int = 60) -> Bucket:
    """Return a bucket that was just charged; at 60 it drains one a second."""
    bucket = Bucket(MINUTE, T)
    bucket.roll(T, limit)
    bucket.charge(amount)
    return bucket


def test_what_was_charged_drains_evenly_and_is_counted_until_it_has_wholly_gone() -> None:
    bucket = charged(10)
    used = []
    for seconds in (0, 0.999_999, 1, 1.000_001, 9, 9.999_999, 10, 1000):
        bucket.roll(at(seconds), 60)
        used.append(bucket.used)
    assert used == [10, 10, 9, 9, 1, 1, 0, 0]


def test_an_empty_bucket_saves_nothing_up() -> None:
    bucket = charged(10)
    bucket.roll(at(1000), 60)
    bucket.charge(5)
    assert bucket.used == 5
    bucket.roll(at(1001), 60)
    assert bucket.used == 4


def test_it_drains_at_the_limit_that_is_asked_about_and_only_a_charge_makes_that_final() -> None:
    bucket = charged(60)
    bucket.roll(at(10), 120)
    assert bucket.used == 40
    bucket.roll(at(10), 60)
    assert bucket.used == 50
    bucket.roll(at(10), 120)
    bucket.charge(0)
    bucket.roll(at(10), 60)
    assert bucket.used == 40


def test_without_a_limit_it_drains_at_the_last_one() -> None:
    bucket = charged(60, limit=120)
    bucket.roll(at(10))
    assert (bucket.limit, bucket.used) == (120, 40)


def test_a_limit_of_nothing_drains_as_one_of_one() -> None:
    bucket = charged(2, limit=0)
    bucket.roll(at(120))
    assert bucket.used == 0
    assert Bucket(MINUTE, T).limit is None


def test_it_may_be_overdrawn() -> None:
    bucket = charged(600)
    assert bucket.used == 600
    assert bucket.time_until(59, T, own=()) == 541 * SECOND


def test_the_wait_is_exact_to_the_microsecond() -> None:
    bucket = charged(10, limit=7)
    wait = bucket.time_until(9, T, own=())
    bucket.roll(Micros(T + wait - 1), 7)
    assert bucket.used == 10
    bucket.roll(Micros(T + wait), 7)
    assert bucket.used == 9
    assert bucket.time_until(9, Micros(T + wait), own=()) == 0


def test_a_refund_gives_back_what_has_not_drained() -> None:
    for passed, given_back in ((0, 8), (2, 8), (5, 5), (10, 0)):
        bucket = charged(10)
        place = bucket.place
        bucket.roll(at(passed), 60)
        bucket.charge(20)
        before = bucket.used
        bucket.refund(place - 10 * MINUTE, 8, made=10)
        assert before - bucket.used == given_back


def test_a_refund_leaves_at_least_nothing() -> None:
    bucket = charged(10)
    bucket.refund(0, 10, made=10)
    bucket.refund(0, 10, made=10)
    assert bucket.used == 0


def test_own_charges_are_told_from_those_of_others() -> None:
    bucket = charged(10)
    own = [(bucket.place, 7)]
    bucket.charge(7)
    bucket.charge(3)
    assert bucket.counted(own) == 7
    bucket.roll(at(12.5), 60)
    # Of 20, 7.5 are left: 4.5 of its own and 3 of others.
    assert (bucket.used, bucket.counted(own)) == (8, 5)
    assert bucket.time_until(1, at(12.5), own=own) == 2 * SECOND
    assert bucket.time_until(1, at(12.5), own=()) == 6.5 * SECOND


def test_clear_forgets_what_was_charged() -> None:
    bucket = charged(10)
    bucket.clear()
    assert bucket.used == 0
    bucket.roll(at(1), 60)
    bucket.charge(1)
    assert bucket.used == 1


def test_empty_under_one_limit_is_empty_under_every_other() -> None:
    """Housekeeping may forget an empty bucket: what it then answers must not depend on that."""
    bucket = Bucket(60, T)
    bucket.roll(T, 1000)
    bucket.charge(10)
    bucket.roll(Micros(T + 1), 1000)
    assert bucket.used == 0
    bucket.roll(Micros(T + 1), 1)
    assert bucket.used == 0
