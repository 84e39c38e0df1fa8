"""What the sdists and the wheels hold: the declared packages, and nothing that strayed in."""

from __future__ import annotations

import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest
from packaging.metadata import Metadata
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]

# Two places say which packages there are: the build configurations, and this list. A package that
# is in one only is either forgotten or has strayed in.
FRAMEWORKS = ("asgi", "wsgi", "starlette", "django", "flask", "sanic", "gradio")
PACKAGES = {
    "unireq": {"unireq", *(f"unireq_{each}" for each in FRAMEWORKS)},
    "unireq-conformance": {"unireq_conformance"},
}
NOT_SHIPPED = "pages"
"""A package of the kit that writes this repository's documents."""

# By distribution: the directories that its packages are in, first that of its pyproject.toml.
ROOTS = {
    "unireq": (REPOSITORY, REPOSITORY / "adapters"),
    "unireq-conformance": (REPOSITORY / "conformance",),
}


@dataclass(frozen=True)
class Wheel:
    """The wheel of a distribution, opened."""

    distribution: str
    path: zipfile.Path
    names: frozenset[PurePosixPath]

    @property
    def dist_info(self) -> zipfile.Path:
        (found,) = (each for each in self.path.iterdir() if each.name.endswith(".dist-info"))
        return found

    @property
    def packages(self) -> set[str]:
        return {name.parts[0] for name in self.names} - {self.dist_info.name}

    @property
    def metadata(self) -> Metadata:
        # validate: every field by its specification, as a package index would on upload
        return Metadata.from_email((self.dist_info / "METADATA").read_bytes(), validate=True)


@pytest.fixture(scope="module")
def wheels(wheel: Path, kit_wheel: Path) -> dict[str, Wheel]:
    found: dict[str, Wheel] = {}
    for distribution, path in (("unireq", wheel), ("unireq-conformance", kit_wheel)):
        with zipfile.ZipFile(path) as archive:
            names = frozenset(map(PurePosixPath, archive.namelist()))
        found[distribution] = Wheel(distribution, zipfile.Path(path), names)
    return found


@pytest.fixture(params=PACKAGES)
def each(wheels: dict[str, Wheel], request: pytest.FixtureRequest) -> Wheel:
    return wheels[request.param]


def test_it_holds_the_declared_packages_typed_and_the_licence(each: Wheel) -> None:
    assert each.packages == PACKAGES[each.distribution]
    for package in each.packages:
        assert PurePosixPath(package, "__init__.py") in each.names
        assert PurePosixPath(package, "py.typed") in each.names
    shipped = each.dist_info / "licenses" / "LICENSE"
    assert shipped.read_bytes() == (REPOSITORY / "LICENSE").read_bytes()


def test_every_file_of_a_package_is_shipped(each: Wheel) -> None:
    homes = [home for root in ROOTS[each.distribution] for home in root.glob("unireq*/__init__.py")]
    assert {home.parent.name for home in homes} == PACKAGES[each.distribution]
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
    readme = ROOTS[each.distribution][0] / "README.md"
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
    for distribution, there in (("unireq", False), ("unireq-conformance", True)):
        points = (wheels[distribution].dist_info / "entry_points.txt").read_text(encoding="utf-8")
        assert ("unireq-conformance = " in points) == ("console_scripts" in points) == there


def test_nothing_is_required_but_by_an_extra(wheels: dict[str, Wheel]) -> None:
    wanted = wheels["unireq"].metadata.requires_dist or []
    assert [r for r in wanted if "extra" not in str(r.marker or "")] == []


def test_there_is_one_version_and_each_requires_that_of_the_other(each: Wheel) -> None:
    # A new version is written in three places: unireq/_version.py and both pyproject.toml.
    line = (REPOSITORY / "unireq" / "_version.py").read_text(encoding="utf-8")
    assert f'__version__ = "{each.metadata.version}"' in line
    others = PACKAGES.keys() - {each.distribution}
    wanted = each.metadata.requires_dist or []
    pins = {str(r.specifier) for r in wanted if canonicalize_name(r.name) in others}
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
