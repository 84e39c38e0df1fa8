"""The verbs of this repository, defined once: people and .ci/run both call these.

`nox --list` names them; CONTRIBUTING.md says what each may take, and which of them CI runs. Those
without an environment of their own use the one that nox runs in (`pip install -e ".[dev]" -e
conformance` makes it); the others make one, and install the built wheels into it, never the
checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import rmtree, which

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["check", "test"]

OLDEST = "3.10"
NEWEST_FIRST = ("3.15", "3.14", "3.13")
OLDEST_PINS = "tests/oldest.txt"

# What starts servers of every kind, beyond the one for each framework that the tests start.
ON_SERVERS = (
    "tests/served",
    "tests/sockets",
    "tests/bodies",
    "tests/handlers",
    "tests/crossweb",
    "tests/examples/test_error_reports.py",
    "tests/middleware/test_served.py",
)
PROXIES = ("nginx", "haproxy")
MEMORY = "tests/bodies/test_memory.py"

# What another version of Python or of a framework can change. What servers refuse and lose, to the
# byte, is that of the servers that the `dev` extra installs; the kit is tested once, and judges.
ABOUT_VERSIONS = (
    "tests/core",
    "tests/adapters",
    "tests/handlers",
    "tests/middleware/test_layers.py",
)

# What runs the core and the adapters in the process of the tests.
MEASURED = (
    "tests/core",
    "tests/adapters",
    "tests/frameworks",
    "tests/middleware",
    "tests/handlers",
    "tests/bodies",
)

# One for each framework and protocol: what the oldest and the newest versions are judged on. Their
# servers refuse the same malformed messages in every version; gunicorn, httptools and Sanic's own
# got stricter with time, and tests/sockets is about the current ones.
SOME_TARGETS = (
    "asgi:uvicorn-h11",
    "wsgi:waitress",
    "starlette:hypercorn",
    "django-wsgi:waitress",
    "django-asgi:hypercorn",
    "flask:waitress",
    "sanic:uvicorn-h11",
)


def find_python(version: str) -> str | None:
    """Path of an interpreter that runs and is `version` ("3.10"), or None.

    Looks on PATH, then beside the running installation, where version managers keep the rest.
    A name on PATH proves nothing: a version manager's shim may stand there with nothing behind
    it, so every candidate is run.
    """
    name = f"python{version}"
    beside = sorted(Path(sys.base_prefix).parent.glob(f"*/bin/{name}"))
    for candidate in (which(name), *map(str, beside)):
        if candidate and _reports(candidate, version):
            return candidate
    return None


def _reports(python: str, version: str) -> bool:
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [python, "-c", ask], capture_output=True, text=True, timeout=60, check=False
        )
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == version


def choose_python(*versions: str) -> tuple[str, str | None]:
    """The first of `versions` on this machine, else the running one and a sentence that says so."""
    for version in versions:
        if python := find_python(version):
            return python, None
    running = ".".join(map(str, sys.version_info[:3]))
    wanted = " or ".join(versions)
    return sys.executable, f"NO PYTHON {wanted} ON THIS MACHINE: running on {running} instead"


OLDEST_PYTHON, OLDEST_NOTICE = choose_python(OLDEST)
NEWEST_PYTHON, NEWEST_NOTICE = choose_python(*NEWEST_FIRST)


def here(session: nox.Session, *command: str, env: dict[str, str] | None = None) -> None:
    """Run a Python module of the environment that nox itself runs in."""
    session.run(sys.executable, "-m", *command, env=env, external=True)


def home(session: nox.Session) -> Path:
    """The directory of the session's own environment."""
    return Path(session.bin).resolve().parent


def build(session: nox.Session) -> Path:
    """Build sdists, and wheels from those, of unireq and the kit; the directory with all four."""
    out = home(session) / "dist"
    rmtree(out, ignore_errors=True)
    for source in (".", "conformance"):
        here(session, "build", "--installer", "uv", "--outdir", str(out), source)
    return out


def install_built(session: nox.Session, extras: str, *also: str) -> None:
    """Install both wheels, with `extras` of unireq and `also`, into the session's environment."""
    dist = build(session)
    (wheel,) = dist.glob("unireq-*.whl")
    (kit,) = dist.glob("unireq_conformance-*.whl")
    ours = (f"unireq[{extras}] @ {wheel.as_uri()}", f"unireq-conformance @ {kit.as_uri()}")
    session.install(*ours, *also)


def test_installed(session: nox.Session, *paths: str) -> None:
    """Run tests against the installed wheels: the checkout's source roots stay off the path.

    What a version changes shows in the first examples, if in any.
    """
    session.run(
        "pytest",
        *("-o", "pythonpath=tests"),
        *("-n", "2"),
        *(session.posargs or paths),
        env={
            "UNIREQ_INSTALLED": "1",
            "UNIREQ_HYPOTHESIS_PROFILE": os.environ.get("UNIREQ_HYPOTHESIS_PROFILE", "few"),
            "GRADIO_ANALYTICS_ENABLED": "False",
        },
    )


def judge(session: nox.Session, *targets: str) -> None:
    """Judge targets by every clause, on the servers that the environment of the session has.

    By fewer requests than `clauses` does: those that a clause always has, and some more.
    """
    session.chdir(home(session))
    session.run("unireq-conformance", "run", *targets, "--examples", "5")


@nox.session(venv_backend="none")
def check(session: nox.Session) -> None:
    """Lint, format, types: all of them, whichever fails."""
    pyright = ("pyright", "--pythonpath", sys.executable)
    failed: list[str] = []
    for command in (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), pyright):
        try:
            here(session, *command)
        except CommandFailed:
            failed.append(" ".join(command))
    if failed:
        session.error(f"failed: {'; '.join(failed)}")


@nox.session(venv_backend="none")
def test(session: nox.Session) -> None:
    """The tests of the README's command; arguments choose others."""
    here(session, "pytest", *session.posargs)


@nox.session(venv_backend="none")
def servers(session: nox.Session) -> None:
    """What the tests leave out because it starts every server, or a process for each case."""
    ignored = f"--ignore={MEMORY}"
    here(session, "pytest", "-n", "2", ignored, *(session.posargs or ON_SERVERS))


@nox.session(venv_backend="none")
def mutants(session: nox.Session) -> None:
    """Each clause is failed by an adapter that breaks it, and spares those that break others."""
    here(session, "pytest", "-n", "2", "tests/mutants", *session.posargs)


@nox.session(venv_backend="none")
def memory(session: nox.Session) -> None:
    """What large bodies take of each server's memory."""
    here(session, "pytest", MEMORY, *session.posargs)


@nox.session(venv_backend="none")
def fuzz(session: nox.Session) -> None:
    """Every clause by hundreds of new requests, on every target; drawn bodies, to several."""
    here(session, "unireq_conformance", "run", "all", "--profile", "full")
    here(session, "pytest", "tests/differential", *session.posargs)


@nox.session(venv_backend="none")
def clauses(session: nox.Session) -> None:
    """Every clause on every target: the run that docs/matrix.md shows."""
    here(session, "unireq_conformance", "run", *(session.posargs or ("all",)))


@nox.session(python=NEWEST_PYTHON)
def coverage(session: nox.Session) -> None:
    """The lines of the core and of the adapters that tests run in their own process.

    On the newest Python: there a thread is measured that nobody but `_thread` has started, and
    measuring is cheap.
    """
    if NEWEST_NOTICE:
        session.warn(NEWEST_NOTICE)
    session.install("-e", ".[dev]", "-e", "conformance")
    run = ("coverage", "run", "-m", "pytest", *(session.posargs or MEASURED))
    session.run(*run, env={"COVERAGE_CORE": "sysmon", "GRADIO_ANALYTICS_ENABLED": "False"})
    session.run("coverage", "report")


@nox.session(venv_backend="none")
def bench(session: nox.Session) -> None:
    """Writes docs/performance.md, and measures forms and JSON. Never a part of the tests."""
    session.run(sys.executable, "tests/benchmarks/page.py", *session.posargs, external=True)
    if not session.posargs:
        session.run(sys.executable, "tests/benchmarks/bodies.py", external=True)


@nox.session(venv_backend="none")
def growth(session: nox.Session) -> None:
    """No input costs more than in proportion to its size: instructions, counted by valgrind."""
    session.run(sys.executable, "tests/benchmarks/growth.py", *session.posargs, external=True)


@nox.session(venv_backend="none")
def instructions(session: nox.Session) -> None:
    """No request costs more than it did, or than cross-web: instructions, counted by valgrind."""
    session.run(sys.executable, "tests/benchmarks/gate.py", *session.posargs, external=True)


@nox.session
def packaging(session: nox.Session) -> None:
    """What users get: built in isolation, as installers do, then inspected and installed."""
    dist = build(session)
    paths = ("tests/packaging", "tests/thirdparty")
    here(session, "pytest", *paths, *session.posargs, env={"UNIREQ_DIST": str(dist)})
    # Pyright judges the public types of an installed package only, never of an editable one.
    session.install(*map(str, dist.glob("unireq-*.whl")))
    session.chdir(home(session))
    here(
        session,
        "pyright",
        "--pythonpath",
        str(Path(session.bin, "python")),
        "--verifytypes",
        "unireq",
    )


@nox.session(python=OLDEST_PYTHON)
def oldest(session: nox.Session) -> None:
    """The oldest Python, and the minimum of every requirement."""
    if OLDEST_NOTICE:
        session.warn(OLDEST_NOTICE)
    install_built(session, "dev", "-r", OLDEST_PINS)
    test_installed(session, *ABOUT_VERSIONS)
    judge(session, *SOME_TARGETS)


@nox.session(python=NEWEST_PYTHON)
def newest(session: nox.Session) -> None:
    """The newest Python, and the newest version of every requirement."""
    if NEWEST_NOTICE:
        session.warn(NEWEST_NOTICE)
    install_built(session, "dev", "--upgrade")
    test_installed(session, *ABOUT_VERSIONS)
    judge(session, *SOME_TARGETS)


@nox.session
def gradio(session: nox.Session) -> None:
    """Gradio, whose dependencies are too heavy for every run: the newest, then the oldest."""
    install_built(session, "dev,gradio")
    test_installed(session, "tests/gradio")
    session.install("-r", "tests/gradio/oldest.txt")
    test_installed(session, "tests/gradio")


@nox.session
def examples(session: nox.Session) -> None:
    """The examples of the docs, with the libraries that they are written with, on real servers."""
    install_built(session, "dev", "-r", "tests/examples/requirements.txt")
    missing = [program for program in PROXIES if which(program) is None]
    if missing and which("apt-get"):
        session.run("apt-get", "install", "-y", "--no-install-recommends", *missing, external=True)
    test_installed(session, "tests/examples")


@nox.session(venv_backend="none", name="next")
def next_pythons(session: nox.Session) -> None:
    """tests/core on interpreters to come, named in UNIREQ_NEXT_PYTHONS, as paths are in PATH."""
    pythons = os.environ.get("UNIREQ_NEXT_PYTHONS", "")
    if not pythons:
        session.error("UNIREQ_NEXT_PYTHONS names no interpreter, such as /usr/bin/python3.15")
    needed = ("h11", "httpx", "hypothesis", "multipart", "packaging", "pytest", "trio")
    for number, python in enumerate(pythons.split(os.pathsep)):
        home = Path(session.create_tmp(), str(number))
        session.run(python, "-m", "venv", "--clear", str(home), external=True)
        bin_dir = home / ("Scripts" if os.name == "nt" else "bin")
        session.run(str(bin_dir / "pip"), "install", "-q", "-e", ".[all]", *needed, external=True)
        session.run(
            *(str(bin_dir / "python"), "-m", "pytest", "tests/core", *session.posargs),
            external=True,
        )
