#!/usr/bin/env python3
"""
Look at the package from inside an environment that has its plain install, and nothing else.

It must have come from the wheel, bring nothing heavy, and work without its extras; except the emulator
and the demo, which need one. The wheel's path is the one argument.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import distributions, entry_points, version
from pkgutil import walk_packages
from zipfile import ZipFile

NAME = "airflow_provider_rekmedia"
HEAVY = {"aiobotocore", "moto", "pillow", "pyarrow"}
NEEDED = {
    "py.typed": "py.typed",
    "demo/dags/nightly_moderation.py": "the demo's Dags",
    "adapters/report/templates/report.html.j2": "the templates of the report",
    "policies/social_network.yaml": "the ready-made policies",
    "plugins/moderation_page/templates/run.html.j2": "the templates of the Moderation page",
}


def iter_faults(wheel: str) -> Iterator[str]:
    """
    Say what is wrong.

    :param wheel: path of the wheel that was installed
    """
    files = ZipFile(wheel).namelist()
    if strange := [name for name in files if not name.startswith(NAME)]:
        yield f"the wheel has strange files: {strange}"
    for name, what in NEEDED.items():
        if f"{NAME}/{name}" not in files:
            yield f"the wheel lacks {what}"
    if pulled := HEAVY & {each.name.lower() for each in distributions()}:
        yield f"the plain install brings {pulled}, which belong into extras"
    package = import_module(NAME)
    if "site-packages" not in str(package.__file__):
        yield f"the package was found at {package.__file__}"
    has_tabs = has_plugin_tabs()
    left_out = [
        f"{NAME}.__main__",  # it runs the command line
        f"{NAME}.demo",
        f"{NAME}.emulator",
        *([] if has_tabs else [f"{NAME}.plugins.moderation_page."]),
    ]
    for module in walk_packages(package.__path__, f"{NAME}."):
        if not module.name.startswith(tuple(left_out)):
            import_module(module.name)
    yield from iter_plugin_faults(has_tabs=has_tabs)


def has_plugin_tabs() -> bool:
    """Whether this Airflow shows tabs of plugins: 3.1 and newer do."""
    return tuple(int(part) for part in version("apache-airflow").split(".")[:2]) >= (3, 1)


def iter_plugin_faults(*, has_tabs: bool) -> Iterator[str]:
    """Load the plugin as Airflow does: it has a page where there are tabs, and is silent elsewhere."""
    plugin = entry_points(group="airflow.plugins")["rekmedia"].load()
    if not has_tabs:
        if plugin is not None:
            yield "the plugin is not silent"
    elif not plugin().fastapi_apps:
        yield "the plugin has no page"


if __name__ == "__main__":
    faults = list(iter_faults(sys.argv[1]))
    sys.stdout.write("".join(f"{fault}\n" for fault in faults) or "The wheel is complete, and light\n")
    sys.exit(bool(faults))
