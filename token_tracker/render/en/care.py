"""The sentences of the commands that read and look after the installation, in English.

Chinese: `zh/care.py`, the same names with the same arguments.
"""

from __future__ import annotations

from collections.abc import Sequence

# sync


def read_new(*, events: int, files: int, size: str, seconds: str) -> str:
    """Something was new."""
    return f"Read {_responses(events)} from {_files(files)} ({size}, {seconds} s)."


def read_nothing_new(*, files: int) -> str:
    """Nothing was new."""
    return f"Nothing new in {_files(files)}."


def read_no_logs() -> str:
    """There are no logs."""
    return "No logs were found; run `token-tracker sources` to see where they were looked for."


def source_read(*, name: str, new: int, changed: int, skipped: int) -> str:
    """What one source gave."""
    return f"{name}: {new:,} new, {changed:,} changed, {skipped:,} lines skipped"


# sources


def sources_found(*, found: int, known: int) -> str:
    """How many sources have logs."""
    return f"Logs of {found} of {known} agents were found."


def source_changed(*, name: str) -> str:
    """A setting of a source was changed."""
    return f"{name} is now set like this:"


def source_held(*, name: str, source: str, responses: int, files: int, days: str) -> str:
    """What the ledger holds of a source; `days` is "" without any."""
    span = f", {days}" if days else ""
    return f"{name} ({source}): {_responses(responses)} in {_files(files)}{span}"


def source_read_at(*, time: str) -> str:
    """When it was last read."""
    return f"last read {time}" if time else "never read"


def source_is_on(*, enabled: bool) -> str:
    """Whether it is read."""
    return "read with every report" if enabled else "turned off"


def source_paid_by(*, billing: str) -> str:
    """Who pays: "api", "plan" or "unknown"."""
    return {"api": "paid by API use", "plan": "paid by a plan"}.get(
        billing, "not known whether API or plan pays"
    )


def source_checked(*, real: bool) -> str:
    """How well its reader was tried."""
    return "checked against the real program" if real else "checked against samples of its logs only"


def source_path(*, path: str) -> str:
    """A place that is read."""
    return f"reads {path}"


def source_missing(*, path: str) -> str:
    """A place that does not exist."""
    return f"not there: {path}"


def source_not_found(*, name: str, source: str, places: Sequence[str], checked: str) -> str:
    """An agent without logs on this machine: where they would be, and how well its reader was tried."""
    listed = ", ".join(places)
    return f"{name} ({source}): no logs in {listed} — {checked}"


def source_lacks_zstd() -> str:
    """Some of its logs are compressed, and nothing here reads them."""
    return (
        "zstd is missing: its compressed logs are not read. Install the `zstd` program or the Python package"
        " `zstandard`"
    )


def source_imported(*, name: str, source: str, responses: int, days: str) -> str:
    """What was imported of an agent that writes down no usage; `days` is "" without any."""
    span = f", {days}" if days else ""
    return f"{name} ({source}): {_responses(responses) if responses else 'nothing'} imported{span}"


def source_not_recorded(*, page: str) -> str:
    """An agent that writes down no usage; `page`: where its usage can be exported."""
    return f"records no usage on this machine; export it at {page}, then run `token-tracker import FILE`"


def source_problems(*, lines: int) -> str:
    """Skipped lines."""
    return f"{'1 line' if lines == 1 else f'{lines:,} lines'} skipped; `token-tracker doctor` shows them"


# config


def settings_listed() -> str:
    """The first line."""
    return "Settings:"


def setting(*, key: str, value: str, origin: str) -> str:
    """One setting; `origin`: "default" or "file"."""
    return f"{key}: {value} ({'set by you' if origin == 'file' else 'default'})"


def setting_by(*, key: str, value: str, by: str, in_file: str) -> str:
    """A setting that a variable or an option decides; `in_file`: what was set, "" for nothing."""
    return f"{key}: {value} (from {by}{f', before {in_file} that you set' if in_file else ''})"


def goes_before(*, by: str) -> str:
    """A setting was changed that a variable decides."""
    return f"The environment variable {by} is set and goes before it."


def setting_changed(*, key: str, value: str, previous: str) -> str:
    """A setting was changed."""
    return f"{key} is now {value}; it was {previous}."


def setting_was_set(*, key: str, value: str) -> str:
    """A setting that had no value got one."""
    return f"{key} is now {value}."


def setting_removed(*, key: str, previous: str) -> str:
    """A setting has no value any more."""
    return f"{key} is no longer set; it was {previous}."


def not_set() -> str:
    """No value."""
    return "not set"


# prices


def price_table(*, version: str, checked_on: str, models: int, own: int) -> str:
    """Which table is in use."""
    mine = f", {own:,} rows of your own" if own else ""
    return f"Price table {version}: {models:,} models, last checked {checked_on}{mine}; per million tokens."


def price_saved(*, model: str) -> str:
    """A price of the user was written."""
    return f"Your price of {model} is saved."


def list_chosen(*, name: str, currency: str) -> str:
    """A price list was chosen. `name`: its id."""
    return f"Priced in {currency} now, past days included, by the list {name}:"


def prices_updated(*, source: str, new: int, changed: int) -> str:
    """Prices were fetched. `new`: models; `changed`: prices of models that were known."""
    models = "1 new model" if new == 1 else f"{new:,} new models"
    prices = "1 changed price" if changed == 1 else f"{changed:,} changed prices"
    return f"Prices updated from {source}: {models}, {prices}."


def prices_unchanged(*, source: str) -> str:
    """Prices were fetched, and are the known ones."""
    return f"Prices are up to date: {source} has no others."


def prices_dated_earlier(*, count: int) -> str:
    """Changed prices that hold from a day before today."""
    are = "1 of them is" if count == 1 else f"{count:,} of them are"
    return f"{are} dated earlier than today; usage since then is priced again at the next report."


def prices_not_read(*, count: int, models: str) -> str:
    """Models whose published prices this version cannot read. `models`: some of them."""
    known = "The prices of 1 model were" if count == 1 else f"The prices of {count:,} models were"
    return f"{known} not understood and stay as they were: {models}."


def price(*, model: str, terms: str, since: str, prices: str) -> str:
    """One row; `terms` and `since` are "" where there are none."""
    about = ", ".join(part for part in (terms, f"from {since}" if since else "") if part)
    return f"{model} ({about}): {prices}" if about else f"{model}: {prices}"


def prices_in_json(*, count: int) -> str:
    """Changed rows beyond those that are printed."""
    return f"{count:,} more; `--json` lists all of them."


def prices_not_shown(*, count: int) -> str:
    """Rows beyond those that are printed."""
    return f"{count:,} more; narrow it down with `--provider` or `--model`, or use `--json`."


# doctor


def healthy() -> str:
    """The first line."""
    return "All is well."


def findings(*, count: int) -> str:
    """The first line."""
    return "1 thing needs attention:" if count == 1 else f"{count:,} things need attention:"


def notes() -> str:
    """Heading of what changes no figure."""
    return "Good to know:"


def finding(*, what: str, place: str, fix: str) -> str:
    """One finding; `place` and `fix` are "" where there is none."""
    return " ".join([what, *([f"({place})"] if place else []), *([fix] if fix else [])])


def more_findings(*, count: int) -> str:
    """Findings beyond those that are printed."""
    return f"{count:,} more; `token-tracker doctor --json` lists all."


def ledger_state(*, file: str, state: str, events: int | None, size: str) -> str:
    """The ledger as a file."""
    words = {
        "missing": "not made yet",
        "read-only": "read-only",
        "newer": "of a newer version",
        "damaged": "damaged",
    }
    held = "" if events is None else f", {_responses(events)}, {size}"
    return f"Ledger: {file} ({words.get(state, 'whole')}{held})"


def retention(*, host: str, days: int | None, setting: str, is_default: bool) -> str:
    """After how many days a host deletes its logs."""
    if days is None:
        return f"{host} keeps its logs."
    whose = "its default" if is_default else "as you set it"
    return f"{host} deletes its logs after {days} days ({setting}, {whose})."


def footprint(*, cache: str, logs: str, always: int, report: int, alert: int) -> str:
    """What there is because of us. `report`, `alert`: what each that is due adds at most."""
    return (
        f"Also on disk: cache {cache}, log {logs}. The skill adds about {always} tokens to a session,"
        f" a report that is due at most {report} and an alert about {alert}; none where the host shows"
        " them to you alone."
    )


def environment(*, version: str, python: str, executable: str, platform: str) -> str:
    """What the program runs in."""
    return f"token-tracker {version}, Python {python} ({executable}), {platform}"


def directories(*, home: str, cache: str, fast: bool) -> str:
    """Where things are kept."""
    reader = "fast" if fast else "standard"
    return f"Home {home}, cache {cache}, {reader} log reader"


# version


def version(*, version: str, python: str, platform: str, ledger: int, prices: str) -> str:
    """What this program is."""
    return f"token-tracker {version} (Python {python}, {platform}; ledger version {ledger}, prices {prices})"


# verify


def whole(*, file: str) -> str:
    """The first line."""
    return f"The ledger is whole: {file}"


def not_whole(*, file: str) -> str:
    """The first line."""
    return f"The ledger is not whole: {file}"


def check(*, name: str, examined: int, wrong: int) -> str:
    """One check; `name`: "database", "ids", "rollup", "costs", "cursors", "bills"."""
    of = {
        "database": "pages of the file",
        "ids": "responses",
        "rollup": "sums",
        "costs": "prices",
        "cursors": "log files",
        "bills": "daily bills",
    }.get(name, name)
    return f"{name}: {examined:,} {of} checked, {f'{wrong:,} wrong' if wrong else 'none wrong'}"


def restore_advice() -> str:
    """What to do about damage."""
    return "Run `token-tracker restore <backup>` with your last backup."


# purge


def purged(*, responses: int, day: str, cost: str, before: str, after: str) -> str:
    """Usage was removed."""
    gone = f"Removed {_responses(responses)} before {day} for ever ({cost})"
    return f"{gone}; the ledger went from {before} to {after}."


def would_purge(*, responses: int, day: str, cost: str) -> str:
    """Usage would be removed."""
    return (
        f"Nothing was removed. {_responses(responses)} before {day} would be, for ever ({cost}); use `--yes`."
    )


def nothing_to_purge(*, day: str) -> str:
    """There is no older usage."""
    return f"There is no usage before {day}; nothing was removed."


def kept(*, responses: int) -> str:
    """What stays."""
    return f"{_responses(responses)} stay." if responses != 1 else "1 response stays."


# backup and restore


def backed_up(*, file: str, size: str, responses: int) -> str:
    """A backup was written."""
    return f"Backup written: {file} ({size}, {_responses(responses)})."


def credentials(*, included: bool) -> str:
    """Whether keys are in it."""
    return "Provider keys are in it: keep it safe." if included else "Provider keys are not in it."


def restored(*, file: str, responses: int) -> str:
    """A backup was put in place."""
    return f"Restored {file}: the ledger now holds {_responses(responses)}."


def would_restore(*, file: str, responses: int) -> str:
    """A backup would be put in place."""
    return f"Nothing was changed. {file} would be restored; the ledger would hold {_responses(responses)}."


def held_before(*, responses: int) -> str:
    """What was there before."""
    return f"Before, it held {_responses(responses)}."


def unreadable_before() -> str:
    """What was there before could not be read."""
    return "The ledger that was there could not be read."


def purged_again(*, responses: int) -> str:
    """What had been purged stays away."""
    return f"{_responses(responses)} purged since the backup {'stays' if responses == 1 else 'stay'} away."


def previous_kept(*, path: str) -> str:
    """Where the earlier files are."""
    return f"What was there before is kept in {path}."


# schema


def schemas_listed(*, count: int) -> str:
    """The first line."""
    return f"{count} schemas; `token-tracker schema <name>` prints one:"


def _responses(count: int) -> str:
    return "1 response" if count == 1 else f"{count:,} responses"


def _files(count: int) -> str:
    return "1 log file" if count == 1 else f"{count:,} log files"


def span_of_days(*, first: str, last: str) -> str:
    """The first and the last day there is."""
    return first if first == last else f"{first} to {last}"


def facts(*, listed: Sequence[str]) -> str:
    """Several facts on one line."""
    return ", ".join(listed)
