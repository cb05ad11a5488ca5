"""Plan what changes about hooks host by host, show it, and do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from token_tracker import hooking
from token_tracker.cli.session import Session
from token_tracker.errors import EXIT_OK
from token_tracker.errors import TrackerError
from token_tracker.hooking import HookPlan
from token_tracker.hooking import Scene
from token_tracker.hosts import all_hosts
from token_tracker.hosts.contract import Host
from token_tracker.hosts.contract import Machine
from token_tracker.paths import user_home
from token_tracker.reports.hooks import HookChange


class Hooks(NamedTuple):
    """What was found for each host: a plan, or why there is nothing to do."""

    scene: Scene
    remove: bool
    found: tuple[HookPlan | HookChange, ...]

    @property
    def plans(self) -> list[HookPlan]:
        """What would be changed."""
        return [one for one in self.found if isinstance(one, HookPlan)]

    def shown(self) -> tuple[HookChange, ...]:
        """Tell what would be done."""
        outcome = "would-remove" if self.remove else "would-install"
        return tuple(
            _change(one, self.scene, outcome) if isinstance(one, HookPlan) else one for one in self.found
        )

    def carried_out(self) -> tuple[HookChange, ...]:
        """Do it, and tell what was done; what fails in one host does not keep the others from it."""
        return tuple(self._done(one) if isinstance(one, HookPlan) else one for one in self.found)

    def _done(self, plan: HookPlan) -> HookChange:
        try:
            done = hooking.carry_out(plan.host, self.scene, plan, remove=self.remove)
        except TrackerError as error:
            return HookChange(plan.host.id, plan.host.name, "failed", str(plan.file.path), error=error)
        return _change(done, self.scene, "removed" if self.remove else "installed")


def scene_of(session: Session) -> Scene:
    """Give where hooks are installed from in this run."""
    machine = Machine(session.environ, user_home(session.environ))
    return Scene(machine, hooking.program_of_this_run(), session.home)


def plan_hooks(session: Session, hosts: Sequence[Host] | None = None, *, remove: bool) -> Hooks:
    """Plan for hosts; without any for every host, but for those that the person does not want it in."""
    scene = scene_of(session)
    unwanted = frozenset() if remove or hosts is not None else session.settings.hooks_declined
    chosen = all_hosts() if hosts is None else hosts
    return Hooks(scene, remove, tuple(_planned(host, scene, unwanted, remove) for host in chosen))


def first_failure(changes: Sequence[HookChange]) -> int:
    """Give the exit code of the first change that failed, that of success without one."""
    return next((one.error.exit_code for one in changes if one.error is not None), EXIT_OK)


def _planned(host: Host, scene: Scene, unwanted: frozenset[str], remove: bool) -> HookPlan | HookChange:
    if not hooking.is_found(host, scene.machine):
        return HookChange(host.id, host.name, "not-found", str(host.config(scene.machine)))
    if host.id in unwanted:
        return HookChange(host.id, host.name, "declined")
    if remove and not hooking.may_have_hook(host, scene):
        return _never_there(host, scene)
    try:
        plan = (hooking.plan_removal if remove else hooking.plan_install)(host, scene)
    except TrackerError as error:
        return HookChange(host.id, host.name, "failed", str(host.settings(scene.machine)), error=error)
    return plan if not plan.is_empty else _change(plan, scene, _nothing_to_do(plan, remove))


def _never_there(host: Host, scene: Scene) -> HookChange:
    """Tell that nothing is to be removed; settings that cannot be read matter to nobody here."""
    try:
        plan = hooking.plan_removal(host, scene)
    except TrackerError:
        return HookChange(host.id, host.name, "absent", str(host.settings(scene.machine)))
    return _change(plan, scene, _nothing_to_do(plan, remove=True))


def _nothing_to_do(plan: HookPlan, remove: bool) -> str:
    has_plugin = plan.look.has_hook and plan.look.how == "plugin"
    if remove:
        return "removal-by-plugin" if has_plugin else "absent"
    if has_plugin:
        return "by-plugin"
    return "switched-off" if plan.look.switched_off else "already"


def _change(plan: HookPlan, scene: Scene, outcome: str) -> HookChange:
    written = tuple(str(path) for path, text in plan.files.items() if text != plan.files_before.get(path))
    is_plugin = outcome in ("by-plugin", "removal-by-plugin")
    return HookChange(
        plan.host.id,
        plan.host.name,
        outcome,
        str(plan.look.place if is_plugin else plan.file.path),
        hooking.diff_of(plan),
        written,
        plan.look.switched_off,
        plan.look.needs,
        hooking.backup_of(plan.host, scene) if outcome == "installed" else "",
    )
