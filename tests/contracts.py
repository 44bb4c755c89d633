"""A contract for import-linter that holds for every app, also for those still to come."""

from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output


class OwnModels(Contract):
    """Nobody but an app itself and its tests' authors imports the app's `models`."""

    type_name = "own_models"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - theirs
        """Look at every import of every app's models."""
        broken = sorted(_strangers(graph))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say who imports what."""
        broken: list[tuple[str, str]] = check.metadata["broken"]
        for importer, models in broken:
            output.print_error(f"{importer} imports {models}: ask its selectors and operations.")


def _strangers(graph: ImportGraph) -> Iterator[tuple[str, str]]:
    for module in graph.modules:
        app, is_models = _app_of(module)
        if not is_models:
            continue
        for importer in graph.find_modules_that_directly_import(module):
            if _app_of(importer)[0] != app and ".tests" not in importer:
                yield importer, module


def _app_of(module: str) -> tuple[str, bool]:
    parts: list[Any] = module.split(".")
    return ".".join(parts[:2]), len(parts) > 2 and parts[2] == "models"
