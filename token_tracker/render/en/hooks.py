"""What the commands about the session-start hook say in English. Chinese: `zh/hooks.py`."""

from __future__ import annotations


def hooks_installed(*, installed: int, found: int) -> str:
    """In how many of the hosts that are there."""
    if not found:
        return "None of the hosts that can have the hook was found on this machine."
    hosts = "host" if found == 1 else "hosts"
    return f"The session-start hook is installed in {installed} of {found} {hosts}."


def state(*, host: str, state: str) -> str:
    """One host: "installed", "by-plugin", "missing", "declined", "outdated", "not-found" or "unreadable"."""
    said = {
        "installed": "installed",
        "by-plugin": "installed by its plug-in",
        "missing": "not installed",
        "declined": "not wanted",
        "outdated": "installed, but not as it would be now",
        "not-found": "not found",
        "unreadable": "its settings cannot be read or changed",
    }
    return f"{host}: {said[state]}"


def place(*, path: str, is_there: bool) -> str:
    """Where the hook is, or would be."""
    return f"in {path}" if is_there else f"it would be in {path}"


def install_with(*, host: str) -> str:
    """What installs it."""
    return f"to install it: `token-tracker setup-hook install --host {host}`"


def update_with(*, host: str) -> str:
    """What brings it up to date."""
    return f"to bring it up to date: `token-tracker setup-hook install --host {host}`"


def switched_off(*, setting: str) -> str:
    """A setting of the host keeps every hook, or ours, from running."""
    return f"`{setting}` keeps the hook from running, which is yours to change"


def approve_hooks() -> str:
    """Codex runs no hook that its person has not approved."""
    return "for you to do: start Codex, and approve the hook where it says that hooks need review"


def restart_gateway() -> str:
    """OpenClaw does not watch folders of hooks."""
    return "for you to do: restart the gateway, if it is running, so that it sees the hook"


def allow_injection() -> str:
    """OpenClaw was told to add no files to the prompt."""
    return "for you to do: `agents.defaults.contextInjection` keeps the reports out of sessions; change it"


def change(*, host: str, outcome: str, path: str, setting: str) -> str:
    """What was or would be done in a host; `outcome` as in `HookChange`."""
    said = {
        "installed": f"the hook is installed in {path}",
        "would-install": f"this would be changed in {path}",
        "already": "the hook is installed already; nothing was changed",
        "by-plugin": f"the plug-in in {path} has the hook already; nothing was changed",
        "removal-by-plugin": f"the hook comes with the plug-in in {path}; remove or disable that in the host",
        "switched-off": f"nothing was changed: `{setting}` keeps it from running, which is yours to change",
        "removed": f"the hook is out of {path}",
        "would-remove": f"this would be taken out of {path}",
        "absent": "the hook is not installed; nothing was changed",
        "not-found": f"not found ({path} does not exist)",
        "declined": "the hook is not wanted, and nobody asks again",
    }
    return f"{host}: {said[outcome]}"


def failed(*, host: str, what: str) -> str:
    """A host in which nothing could be done. `what`: what failed, as a sentence."""
    return f"{host}: {what}"


def file_written(*, path: str, is_done: bool) -> str:
    """A file beside the settings."""
    return f"written: {path}" if is_done else f"would be written: {path}"


def file_removed(*, path: str, is_done: bool) -> str:
    """A file beside the settings."""
    return f"removed: {path}" if is_done else f"would be removed: {path}"


def backup_kept(*, path: str) -> str:
    """Where the settings are as they were."""
    return f"the settings as they were before are kept in {path}"


def masked_note() -> str:
    """Why texts stand as dots."""
    return "Texts that are not ours are shown as “…”; they stay as they are."


def confirm_with() -> str:
    """Nothing was changed yet."""
    return "Nothing was changed. To confirm, run the same command with --yes."


def what_it_does() -> str:
    """What the hook is for."""
    return (
        "At the start of a session the hook shows a due report or budget warning, once; at its end new log "
        "lines are read."
    )


def ask_to_install(*, hosts: str) -> str:
    """Ask before the settings of hosts are changed."""
    return f"Install the session-start hook in {hosts}, as shown? [y/N]"


def ask_to_remove(*, hosts: str) -> str:
    """Ask before the settings of hosts are changed."""
    return f"Remove the session-start hook from {hosts}, as shown? [y/N]"


def uninstalled() -> str:
    """Everything that was to go is gone."""
    return "token-tracker is uninstalled."


def would_uninstall() -> str:
    """What `uninstall` would do."""
    return "This would be removed for ever:"


def uninstall_stopped() -> str:
    """A hook could not be taken out, and the copy of what was before is still needed."""
    return "A hook could not be removed, so nothing else was: the home keeps what its settings were before."


def deleted(*, path: str, size: str) -> str:
    """A folder of ours."""
    return f"removed: {path} ({size})"


def would_delete(*, path: str, size: str) -> str:
    """A folder of ours."""
    return f"{path} ({size})"


def not_ours(*, path: str) -> str:
    """Something in a folder of ours that we did not put there."""
    return f"stays, for it is not ours: {path}"


def data_stays() -> str:
    """With --keep-data."""
    return "stays: the home with the ledger, settings and keys"


def skill_stays(*, path: str) -> str:
    """The program itself."""
    return (
        f"stays: the program in {path}; remove it as it came, with its host, with pip, or by deleting the "
        "folder or link"
    )


def ask_to_uninstall() -> str:
    """Ask before everything is removed."""
    return "Remove all this for ever? [y/N]"
