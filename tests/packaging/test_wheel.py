"""What the sdist and the wheel hold: the declared packages, and nothing that strayed in."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from packaging.metadata import Metadata

REPOSITORY = Path(__file__).resolve().parents[2]

# Two places say which packages there are: the build configuration, and this list. A package that
# is in one only is either forgotten or has strayed in.
PACKAGES = {
    "unireq",
    "unireq_asgi",
    "unireq_wsgi",
    "unireq_starlette",
    "unireq_django",
    "unireq_flask",
    "unireq_sanic",
    "unireq_gradio",
    "unireq_conformance",
}


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[PurePosixPath]:
    with zipfile.ZipFile(wheel) as archive:
        return {PurePosixPath(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def dist_info(names: set[PurePosixPath]) -> str:
    (found,) = {name.parts[0] for name in names if name.parts[0].endswith(".dist-info")}
    return found


@pytest.fixture(scope="module")
def metadata(wheel: Path, dist_info: str) -> Metadata:
    with zipfile.ZipFile(wheel) as archive:
        # validate: every field by its specification, as a package index would on upload
        return Metadata.from_email(archive.read(f"{dist_info}/METADATA"), validate=True)


def test_the_top_level_names_are_the_declared_packages(
    names: set[PurePosixPath], dist_info: str
) -> None:
    assert {name.parts[0] for name in names} - {dist_info} == PACKAGES


def test_every_package_of_the_checkout_is_shipped() -> None:
    roots = (REPOSITORY, REPOSITORY / "adapters", REPOSITORY / "conformance")
    found = {file.parent.name for root in roots for file in root.glob("unireq*/__init__.py")}
    assert found == PACKAGES


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_every_package_is_typed(names: set[PurePosixPath], package: str) -> None:
    assert PurePosixPath(package, "__init__.py") in names
    assert PurePosixPath(package, "py.typed") in names


def test_every_file_of_a_package_is_shipped(names: set[PurePosixPath]) -> None:
    roots = (REPOSITORY, REPOSITORY / "adapters", REPOSITORY / "conformance")
    checkout = {
        PurePosixPath(file.relative_to(root).as_posix())
        for root in roots
        for package in root.glob("unireq*")
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert {name for name in names if name.parts[0] in PACKAGES} == checkout


def test_the_licence_is_in_the_wheel(wheel: Path, dist_info: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = archive.read(f"{dist_info}/licenses/LICENSE")
    assert shipped == (REPOSITORY / "LICENSE").read_bytes()


def test_the_metadata_is_valid_and_complete(metadata: Metadata) -> None:
    assert metadata.name == "unireq"
    assert metadata.license_expression == "MIT"
    assert metadata.license_files == ["LICENSE"]
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description == (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert metadata.requires_python is not None
    assert "3.10" in metadata.requires_python
    assert "3.9" not in metadata.requires_python
    assert "Typing :: Typed" in (metadata.classifiers or [])


def test_the_version_is_the_one_the_code_says(metadata: Metadata) -> None:
    line = (REPOSITORY / "unireq" / "_version.py").read_text(encoding="utf-8")
    assert f'__version__ = "{metadata.version}"' in line


def test_nothing_is_required_but_by_an_extra(metadata: Metadata) -> None:
    hard = [r for r in metadata.requires_dist or [] if not r.marker or "extra" not in str(r.marker)]
    assert hard == []


def test_the_sdist_holds_what_a_packager_needs(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        members = {PurePosixPath(*PurePosixPath(name).parts[1:]) for name in archive.getnames()}
    top = {member.parts[0] for member in members if member.parts}
    assert top == {
        *("adapters", "conformance", "docs", "tests", "unireq"),
        *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"),
        *("noxfile.py", "pyproject.toml", "PKG-INFO", ".gitignore"),
    }
