"""What the sdists and the wheels hold: the declared packages, and nothing that strayed in."""

from __future__ import annotations

import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]

# Two places say which packages there are: the build configurations, and this list. A package that
# is in one only is either forgotten or has strayed in.
PACKAGES = {
    "unireq": {
        "unireq",
        "unireq_asgi",
        "unireq_wsgi",
        "unireq_starlette",
        "unireq_django",
        "unireq_flask",
        "unireq_sanic",
        "unireq_gradio",
    },
    "unireq-conformance": {"unireq_conformance"},
}

NOT_SHIPPED = "pages"
"""A package of the kit that writes this repository's documents."""

# By distribution: where its pyproject.toml is, and the directories that its packages are in.
HOMES = {"unireq": REPOSITORY, "unireq-conformance": REPOSITORY / "conformance"}
ROOTS = {
    "unireq": (REPOSITORY, REPOSITORY / "adapters"),
    "unireq-conformance": (REPOSITORY / "conformance",),
}


@dataclass(frozen=True)
class Wheel:
    """The wheel of a distribution, opened."""

    distribution: str
    path: Path
    names: frozenset[PurePosixPath]

    @property
    def dist_info(self) -> str:
        tops = {name.parts[0] for name in self.names}
        (found,) = {top for top in tops if top.endswith(".dist-info")}
        return found

    @property
    def packages(self) -> set[str]:
        return {name.parts[0] for name in self.names} - {self.dist_info}

    @property
    def metadata(self) -> Metadata:
        # validate: every field by its specification, as a package index would on upload
        return Metadata.from_email(self.read(f"{self.dist_info}/METADATA"), validate=True)

    def read(self, name: str) -> bytes:
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(name)

    def requirements(self) -> list[Requirement]:
        return self.metadata.requires_dist or []


def opened(distribution: str, path: Path) -> Wheel:
    with zipfile.ZipFile(path) as archive:
        names = frozenset(map(PurePosixPath, archive.namelist()))
    return Wheel(distribution, path, names)


@pytest.fixture(scope="module")
def wheels(wheel: Path, kit_wheel: Path) -> dict[str, Wheel]:
    paths = {"unireq": wheel, "unireq-conformance": kit_wheel}
    return {distribution: opened(distribution, path) for distribution, path in paths.items()}


@pytest.fixture(params=PACKAGES)
def each(wheels: dict[str, Wheel], request: pytest.FixtureRequest) -> Wheel:
    return wheels[request.param]


def test_it_holds_the_declared_packages_typed_and_the_licence(each: Wheel) -> None:
    assert each.packages == PACKAGES[each.distribution]
    for package in each.packages:
        assert PurePosixPath(package, "__init__.py") in each.names
        assert PurePosixPath(package, "py.typed") in each.names
    shipped = each.read(f"{each.dist_info}/licenses/LICENSE")
    assert shipped == (REPOSITORY / "LICENSE").read_bytes()


@pytest.mark.parametrize("distribution", PACKAGES)
def test_every_package_of_the_checkout_is_shipped(distribution: str) -> None:
    files = [file for root in ROOTS[distribution] for file in root.glob("unireq*/__init__.py")]
    assert {file.parent.name for file in files} == PACKAGES[distribution]


def test_every_file_of_a_package_is_shipped(each: Wheel) -> None:
    checkout = {
        PurePosixPath(file.relative_to(root).as_posix())
        for root in ROOTS[each.distribution]
        for package in root.glob("unireq*")
        for file in package.rglob("*")
        if file.is_file() and not {"__pycache__", NOT_SHIPPED} & {*file.parts}
    }
    assert {name for name in each.names if name.parts[0] in each.packages} == checkout


def test_the_metadata_is_valid_and_complete(each: Wheel) -> None:
    metadata = each.metadata
    readme = HOMES[each.distribution] / "README.md"
    assert canonicalize_name(metadata.name) == each.distribution
    assert metadata.license_expression == "MIT"
    assert metadata.license_files == ["LICENSE"]
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description == readme.read_text(encoding="utf-8")
    assert metadata.requires_python is not None
    assert "3.10" in metadata.requires_python
    assert "3.9" not in metadata.requires_python
    assert "Typing :: Typed" in (metadata.classifiers or [])


def test_the_command_comes_with_the_kit(wheels: dict[str, Wheel]) -> None:
    kit, ours = wheels["unireq-conformance"], wheels["unireq"]
    assert b"unireq-conformance = " in kit.read(f"{kit.dist_info}/entry_points.txt")
    assert b"console_scripts" not in ours.read(f"{ours.dist_info}/entry_points.txt")


def test_nothing_is_required_but_by_an_extra(wheels: dict[str, Wheel]) -> None:
    hard = [r for r in wheels["unireq"].requirements() if "extra" not in str(r.marker or "")]
    assert hard == []


# Of both there is one version, and each requires that of the other.


def test_the_version_is_the_one_the_code_says(each: Wheel) -> None:
    line = (REPOSITORY / "unireq" / "_version.py").read_text(encoding="utf-8")
    assert f'__version__ = "{each.metadata.version}"' in line


def test_one_requires_the_other_of_the_same_version(each: Wheel) -> None:
    others = PACKAGES.keys() - {each.distribution}
    pins = {str(r.specifier) for r in each.requirements() if canonicalize_name(r.name) in others}
    # A new version is written in three places: unireq/_version.py and both pyproject.toml.
    assert pins == {f"=={each.metadata.version}"}


def members(sdist: Path) -> set[PurePosixPath]:
    with tarfile.open(sdist) as archive:
        return {PurePosixPath(*PurePosixPath(name).parts[1:]) for name in archive.getnames()}


def test_the_sdist_holds_what_a_packager_needs(sdist: Path) -> None:
    found = members(sdist)
    assert {member.parts[0] for member in found if member.parts} == {
        *("adapters", "conformance", "docs", "tests", "unireq"),
        *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"),
        *("noxfile.py", "pyproject.toml", "PKG-INFO", ".gitignore"),
    }
    # The kit can be built from it too.
    kit = {member.parts[1] for member in found if member.parts[:1] == ("conformance",)} - {""}
    assert kit == {"unireq_conformance", "LICENSE", "README.md", "pyproject.toml"}


def test_the_sdist_of_the_kit_holds_the_kit(kit_sdist: Path) -> None:
    top = {member.parts[0] for member in members(kit_sdist) if member.parts}
    assert top == {
        "unireq_conformance",
        *("LICENSE", "README.md", "pyproject.toml", "PKG-INFO", ".gitignore"),
    }
