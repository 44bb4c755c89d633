"""How static files are named: by their content, scripts that import one another included."""

from collections.abc import Callable
from typing import Any

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

# Their remarks show imports of files that are not there.
OF_OTHERS = ("django_htmx/", "vendor/")


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Files that browsers may keep for ever, because another content has another name.

    Our scripts import one another; without following that, a browser could mix two releases.
    """

    support_js_module_import_aggregation = True

    def url_converter(self, name: str, *rest: Any, **more: Any) -> Callable[[Any], str]:
        """What puts the new name into a file that points at another."""
        if name.endswith(".js") and name.startswith(OF_OTHERS):
            return lambda found: str(found.group(0))
        converter: Callable[[Any], str] = super().url_converter(name, *rest, **more)
        return converter
