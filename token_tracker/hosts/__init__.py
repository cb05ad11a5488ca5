"""The agents that run the skill: how their hooks call us, and how these are installed.

One module here with a `HOST` is one host; it is found by its file name, so that adding a host
touches no other file. `contract.py` says what a host is, `call.py` and `answers.py` speak with a
hook that runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a hook that runs needs none of it
    from token_tracker.hosts.contract import Host


def all_hosts() -> tuple[Host, ...]:
    """Give every host of this version, by id."""
    import importlib
    import pkgutil

    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name[0] != "_")
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    hosts = [module.HOST for module in modules if hasattr(module, "HOST")]
    return tuple(sorted(hosts, key=lambda host: host.id))
