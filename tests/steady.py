"""Settings of property tests that give the same examples in every run."""

from hypothesis import HealthCheck, settings


def steadily(examples: int) -> settings:
    """As many examples, the same every time, however slow the machine."""
    return settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
