"""import-linter keeps the layers, and rejects a wrong import wherever one is planted."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from architecture.inventory import NAME, PACKAGE, ROOT

pytest.importorskip("importlinter", reason="the linters are installed beside Airflow 3 only")

LINT = Path(sys.executable).parent / "lint-imports"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def lint(folder):
    command = [str(LINT), "--no-cache", "--config", "pyproject.toml"]
    wide = os.environ | {"COLUMNS": "1000"}  # do not wrap long lines
    return subprocess.run(command, cwd=folder, env=wide, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path):
    """Copy the package and its contracts; import-linter imports from its working directory first."""
    shutil.copytree(PACKAGE, tmp_path / NAME, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def wrong_imports(contract) -> Iterator[tuple[str, str]]:
    """Yield pairs of modules: the first must not import the second."""
    match contract["type"]:
        case "layers":
            yield from upward_imports(contract)
        case "forbidden":
            for source in contract["source_modules"]:
                yield from ((source, forbidden) for forbidden in contract["forbidden_modules"])
        case "independence":
            modules = contract["modules"]
            yield from ((one, other) for one in modules for other in modules if one != other)
        case unknown:
            pytest.fail(f"say which imports a contract of the type {unknown} forbids")


def upward_imports(contract) -> Iterator[tuple[str, str]]:
    """Yield each layer with every layer above it, and with its independent siblings."""
    for container in contract["containers"]:
        above: list[str] = []
        for row in contract["layers"]:
            layers = [f"{container}.{layer.strip('() ')}" for layer in re.split(r"[|:]", row)]
            for layer in layers:
                siblings = [name for name in layers if name != layer] if "|" in row else []
                yield from ((layer, forbidden) for forbidden in above + siblings)
            above += layers


def plant(folder, importer, imported) -> str:
    """Write the import into a new module of a package, or into a module; return its name."""
    path = folder / importer.replace(".", "/")
    if path.is_dir():
        path, importer = path / "planted.py", f"{importer}.planted"
    else:
        path = path.with_suffix(".py")
    with path.open("a") as file:
        file.write(f"\nimport {imported}\n")
    return importer


def exists(folder, module):
    path = folder / module.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file() or path.name.startswith("planted")


def test_every_contract_is_kept():
    report = lint(ROOT)

    assert report.returncode == 0, report.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in report.stdout


@pytest.mark.parametrize(
    "contract",
    [contract for contract in CONTRACTS if contract["type"] != "acyclic_siblings"],
    ids=lambda contract: contract["name"],
)
def test_every_import_that_a_contract_forbids_is_rejected(copy, contract):
    forbidden = list(wrong_imports(contract))
    assert forbidden
    for module in {name for pair in forbidden for name in pair if name.startswith(f"{NAME}.")}:
        assert exists(copy, module), f"the contract names {module}, which does not exist"
    planted = {(plant(copy, importer, imported), imported) for importer, imported in forbidden}

    report = lint(copy)

    assert report.returncode == 1, report.stdout
    section = explanation(report.stdout, contract["name"])
    accepted = {
        f"{importer} -> {imported}"
        for importer, imported in planted
        if not re.search(rf"\b{re.escape(importer)} -> {re.escape(imported)}\b", section)
    }
    assert not accepted, section


def test_a_cycle_in_any_folder_is_rejected(copy):
    (contract,) = (contract for contract in CONTRACTS if contract["type"] == "acyclic_siblings")
    folders = [".".join(path.parent.relative_to(copy).parts) for path in copy.rglob("__init__.py")]
    for folder in folders:
        for one, other in (("planted_a", "planted_b"), ("planted_b", "planted_a")):
            plant(copy, f"{folder}.{one}", f"{folder}.{other}")

    report = lint(copy)

    assert report.returncode == 1, report.stdout
    section = explanation(report.stdout, contract["name"])
    assert set(re.findall(r"No cycles are allowed in ([\w.]+)\.\n", section)) == set(folders)


def explanation(report, name):
    """Cut out what a report says about one broken contract."""
    sections = re.split(r"^(.+)\n-+\n", report.split("\nBroken contracts\n")[1], flags=re.MULTILINE)[1:]
    return dict(zip(sections[::2], sections[1::2], strict=True))[name]


def test_every_folder_is_a_layer_or_stands_beside_them():
    (layers,) = (contract for contract in CONTRACTS if contract.get("containers") == [NAME])
    placed = {layer.strip("() ") for row in layers["layers"] for layer in re.split(r"[|:]", row)}
    beside = {name.removeprefix(f"{NAME}.") for name in layers["exhaustive_ignores"]}

    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders <= placed | beside
    assert layers["exhaustive"] is True


def test_a_new_folder_outside_the_layers_is_rejected(copy):
    (copy / NAME / "somewhere").mkdir()
    (copy / NAME / "somewhere/__init__.py").write_text('"""New."""\n')

    report = lint(copy)

    assert report.returncode == 1, report.stdout
    assert "somewhere" in report.stdout
