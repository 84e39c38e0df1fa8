"""What holds for every test: the Hypothesis profile, which package is under test, what is left out.

Whatever was chosen is printed at the top of the run, so that a log says what it is a log of.
"""

from __future__ import annotations

import os
import random
from importlib.metadata import distributions
from pathlib import Path

import hypothesis
import pytest

from support.built import dist, kit_sdist, kit_wheel, sdist, wheel
from support.requirements import in_ci

__all__ = ["dist", "kit_sdist", "kit_wheel", "sdist", "wheel"]

REPOSITORY = Path(__file__).resolve().parent.parent

# No deadline in any profile: the machines that run this are shared, so a slow example says
# nothing about the code. tests/benchmarks is where time is judged.
hypothesis.settings.register_profile("dev", deadline=None, max_examples=30)
hypothesis.settings.register_profile(
    "ci", deadline=None, max_examples=100, derandomize=True, print_blob=True
)
hypothesis.settings.register_profile("few", deadline=None, max_examples=15, derandomize=True)
hypothesis.settings.register_profile("long", deadline=None, max_examples=5_000, print_blob=True)
PROFILE = os.environ.get("UNIREQ_HYPOTHESIS_PROFILE") or ("ci" if in_ci() else "dev")

# The distribution, not the module: tests/gradio would pass for a module called gradio.
collect_ignore = [] if any(distributions(name="gradio")) else ["gradio"]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist, where it is installed, chooses for itself
def pytest_cmdline_main(config: pytest.Config) -> None:
    if getattr(config.option, "numprocesses", None) and config.option.dist == "no":
        config.option.dist = "loadgroup"


@pytest.hookimpl(tryfirst=True)  # before Hypothesis' own plugin reads the seed
def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile(PROFILE)
    if PROFILE == "long" and config.getoption("--hypothesis-seed", None) is None:
        # Through the environment, so that the workers of a parallel run share one seed.
        seed = os.environ.setdefault("UNIREQ_HYPOTHESIS_SEED", str(random.getrandbits(32)))
        config.option.hypothesis_seed = seed
    _check_installed_copy()


def _check_installed_copy() -> None:
    """With UNIREQ_INSTALLED=1 the tests are about installed wheels: refuse the checkout."""
    if os.environ.get("UNIREQ_INSTALLED") != "1":
        return
    import unireq
    import unireq_conformance

    for package in (unireq, unireq_conformance):
        where = Path(package.__file__).resolve()
        if REPOSITORY in where.parents and "site-packages" not in where.parts:
            raise pytest.UsageError(
                f"UNIREQ_INSTALLED=1 expects an installed {package.__name__}, got the checkout's:"
                f" {where}. Run pytest (not `python -m pytest`) with `-o pythonpath=tests`."
            )


# What shares servers, or other things that take time to make, goes to one worker of a parallel run.
_TOGETHER = {"bodies", "crossweb", "differential", "handlers", "sockets"}
_EACH_ALONE = {"core", "mutants"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        place = item.path.relative_to(REPOSITORY / "tests")
        directory = place.parts[0]
        if directory not in _EACH_ALONE:
            group = directory if directory in _TOGETHER else place.as_posix()
            if directory == "frameworks":  # a class is one server
                group = item.nodeid.partition("::test_")[0]
            item.add_marker(pytest.mark.xdist_group(group))


def pytest_report_header(config: pytest.Config) -> list[str]:
    import unireq

    chosen, seed = hypothesis.settings(), config.getoption("--hypothesis-seed", None)
    drawn = "the same examples every time" if chosen.derandomize else f"seed {seed or 'random'}"
    lines = [
        f"unireq: {Path(unireq.__file__).parent}",
        f"hypothesis: {PROFILE} profile, {chosen.max_examples} examples, {drawn}",
    ]
    if collect_ignore:
        lines.append(
            "left out: tests/gradio: gradio is not installed (`nox -s gradio` installs and runs it)"
        )
    return lines
