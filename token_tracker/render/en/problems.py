"""What a problem says in English: one function for each code that can occur.

`where` is a source, provider or model, "" where only a path is known. Chinese:
`zh/problems.py`.
"""

from __future__ import annotations

from token_tracker.render.en.imports import SETTING_NAMES
from token_tracker.render.en.odd_files import odd_kind
from token_tracker.render.words import ProblemText

_SEE_DOCTOR = "Run `token-tracker doctor` to see where."


def line_not_json(*, times: int, where: str) -> ProblemText:
    """A log line is not JSON."""
    lines = _log_lines(times, where)
    return ProblemText(f"{lines} skipped: not JSON.", _SEE_DOCTOR)


def line_too_long(*, times: int, where: str) -> ProblemText:
    """A log line is longer than we read."""
    return ProblemText(f"{_log_lines(times, where)} skipped: too long to read.", _SEE_DOCTOR)


def line_not_utf8(*, times: int, where: str) -> ProblemText:
    """A log line is not text."""
    return ProblemText(f"{_log_lines(times, where)} skipped: not UTF-8 text.", _SEE_DOCTOR)


def record_unknown(*, times: int, where: str) -> ProblemText:
    """A record of a shape that this version does not know."""
    return ProblemText(
        f"{_log_lines(times, where)} skipped: of a kind that this version does not know.",
        "Update token-tracker; run `token-tracker doctor` to see where.",
    )


def usage_invalid(*, times: int, where: str) -> ProblemText:
    """The counts of a response cannot be used."""
    return ProblemText(
        f"{_log_lines(times, where)} skipped: the token counts are missing or invalid.", _SEE_DOCTOR
    )


def count_out_of_range(*, times: int, where: str) -> ProblemText:
    """A count is too large to be true."""
    return ProblemText(
        f"{_log_lines(times, where)} skipped: a token count is too large to be true.", _SEE_DOCTOR
    )


def time_invalid(*, times: int, where: str) -> ProblemText:
    """A response has no time."""
    return ProblemText(f"{_log_lines(times, where)} skipped: no readable time.", _SEE_DOCTOR)


def future_time(*, times: int) -> ProblemText:
    """Responses that lie in the future."""
    responses = "1 response is" if times == 1 else f"{times:,} responses are"
    return ProblemText(
        f"{responses} dated more than a day in the future and in no report.",
        "Check the clock of this machine.",
    )


def model_missing(*, times: int) -> ProblemText:
    """Responses that name no model."""
    responses = "1 response names" if times == 1 else f"{times:,} responses name"
    return ProblemText(f"{responses} no model and cannot be priced.")


def provider_unknown(*, where: str) -> ProblemText:
    """Nobody can tell who bills a model."""
    return ProblemText(
        f"It is not known who bills {where}." if where else "It is not known who bills a model."
    )


def import_row_invalid(*, times: int) -> ProblemText:
    """Rows of an imported file that cannot be used."""
    rows = "1 row of the imported file was" if times == 1 else f"{times:,} rows of the imported file were"
    return ProblemText(f"{rows} skipped.", "Correct these rows and import the file again.")


def import_list_left_out(*, detail: str) -> ProblemText:
    """Lists that may be other views of the same usage."""
    return ProblemText(f"Not read, because it may hold the same usage again: {detail}.")


def original_imported(*, times: int, detail: str) -> ProblemText:
    """The first run has taken over what the original skill left; `detail`: names of what."""
    names = {**SETTING_NAMES, "records": "1 usage record" if times == 1 else f"{times:,} usage records"}
    taken = ", ".join(names.get(name, name) for name in detail.split())
    return ProblemText(f"Taken over from the original skill: {taken}.")


def file_unreadable(*, times: int) -> ProblemText:
    """Log files that cannot be read."""
    files = "1 log file" if times == 1 else f"{times:,} log files"
    return ProblemText(f"{files} could not be read.", _SEE_DOCTOR)


def file_vanished(*, times: int) -> ProblemText:
    """Log files that went away while they were read."""
    files = "1 log file" if times == 1 else f"{times:,} log files"
    return ProblemText(f"{files} disappeared while being read; what was read before is kept.")


def file_rewritten(*, times: int) -> ProblemText:
    """Log files that were replaced."""
    files = "1 log file was" if times == 1 else f"{times:,} log files were"
    return ProblemText(f"{files} replaced and read again from the start.")


def file_damaged(*, times: int) -> ProblemText:
    """Compressed logs, documents or databases that make no sense."""
    files = "A log" if times == 1 else f"{times:,} logs"
    return ProblemText(
        f"{files} cannot be made sense of: half written, or damaged. What was read before is kept.",
        _SEE_DOCTOR,
    )


def file_codec_missing(*, times: int) -> ProblemText:
    """Compressed logs that nothing here decompresses."""
    files = "A compressed log is" if times == 1 else f"{times:,} compressed logs are"
    return ProblemText(
        f"{files} not counted: nothing here reads zstd.",
        "Install the `zstd` program, or the Python package `zstandard`, and ask again.",
    )


def source_locked(*, times: int) -> ProblemText:
    """Log databases that their hosts hold."""
    files = "A log database is" if times == 1 else f"{times:,} log databases are"
    return ProblemText(
        f"{files} locked by the program that writes it. What was read before is counted.",
        "Ask again in a moment.",
    )


def source_missing(*, detail: str) -> ProblemText:
    """There are no logs; `detail`: names of the programs whose logs were looked for, "" for any."""
    return ProblemText(
        f"No logs were found{f' of {detail}' if detail else ''}.",
        "`token-tracker sources list` shows where they were looked for; `token-tracker sources add-path`"
        " adds a place.",
    )


def source_retention(*, where: str) -> ProblemText:
    """A host deletes its logs."""
    name = where or "An agent"
    return ProblemText(
        f"{name} deletes its own logs after some days; what was not read before is lost.",
        "Let token-tracker read at least once a week.",
    )


def model_unpriced(*, where: str) -> ProblemText:
    """A model has no price."""
    return ProblemText(
        f"No price is known for {where}." if where else "A model has no known price.",
        "Set its price with `token-tracker prices set`.",
    )


def price_from_host(*, where: str) -> ProblemText:
    """The host's own estimate stands in."""
    name = where or "A model"
    return ProblemText(
        f"{name} has no known price; the agent's own estimate stands in.",
        "Set its price with `token-tracker prices set`.",
    )


def price_flagged(*, where: str) -> ProblemText:
    """A peak price was applied on days whose public holidays are not known yet."""
    name = where or "A model"
    return ProblemText(
        f"{name} is cheaper on public holidays, which are not known for these days; its peak price was used.",
        "Update token-tracker.",
    )


def price_table_old(*, detail: str) -> ProblemText:
    """The prices were checked long ago. `detail`: the day."""
    return ProblemText(
        f"The price table was last checked on {detail}." if detail else "The price table is old.",
        "Update token-tracker.",
    )


def ledger_read_only() -> ProblemText:
    """The ledger takes no writes."""
    return ProblemText(
        "The ledger is read-only: new log lines are counted in this answer but not saved.",
        "Make its directory writable, or set TOKEN_TRACKER_HOME to one that is.",
    )


def ledger_owner() -> ProblemText:
    """The ledger belongs to somebody else, as under sudo."""
    return ProblemText(
        "The ledger belongs to another user: new log lines are counted in this answer but not saved.",
        "Run the command as that user, without sudo.",
    )


def ledger_newer() -> ProblemText:
    """A newer version wrote the ledger."""
    return ProblemText(
        "A newer version wrote the ledger: this one only reads it, so new log lines are not in this answer.",
        "Update token-tracker.",
    )


def ledger_damaged(*, detail: str) -> ProblemText:
    """The ledger contradicts itself."""
    return ProblemText(
        f"The ledger is damaged: {detail}." if detail else "The ledger is damaged.",
        "Run `token-tracker restore` with your last backup.",
    )


def ledger_rollup_differs(*, times: int) -> ProblemText:
    """A stored sum is wrong."""
    sums = "1 stored sum differs" if times == 1 else f"{times:,} stored sums differ"
    return ProblemText(
        f"{sums} from the events.",
        "Run `token-tracker restore` with your last backup; the events themselves are whole.",
    )


def sync_elsewhere() -> ProblemText:
    """Another process is reading."""
    return ProblemText(
        "Another token-tracker is reading the logs; its newest lines are not in this answer.",
        "Ask again in a minute.",
    )


def sync_unfinished() -> ProblemText:
    """Time ran out."""
    return ProblemText("Not all logs were read in time; the rest is read next time.", "Ask again.")


def zone_unknown() -> ProblemText:
    """Days are days of UTC."""
    return ProblemText(
        "The time zone of this machine is not known, so days are days of UTC.",
        "Set it with `token-tracker config set time_zone Asia/Shanghai`, or with `--tz`.",
    )


def billing_unknown(*, where: str) -> ProblemText:
    """API or plan: nobody said."""
    name = where or "A source"
    return ProblemText(
        f"It is not known whether {name} is paid by API or by a plan; it is shown at API list price.",
        "Say so with `token-tracker sources set-billing`.",
    )


def bill_whole_organisation(*, detail: str) -> ProblemText:
    """Bills are everybody's. `detail`: one provider or several."""
    return ProblemText(
        f"Whole organisation: the bill of {detail}, not this user's part alone.",
        "Limit one with `token-tracker configure-provider --name PROVIDER --only project=ID`.",
    )


def bill_incomplete(*, where: str, times: int, detail: str) -> ProblemText:
    """Days that the bill does not cover yet. `detail`: what was billed for them so far."""
    days = "1 UTC day is" if times == 1 else f"{times:,} UTC days are"
    so_far = f" (so far {detail})" if detail else ""
    return ProblemText(f"{days} not billed whole by {where} yet{so_far}; the logs count there.")


def bill_unsettled(*, where: str, times: int) -> ProblemText:
    """Days of which the bill may still grow."""
    days = "1 UTC day" if times == 1 else f"{times:,} UTC days"
    return ProblemText(f"The bill of {where} may still change for {days}.")


def bill_apportioned(*, detail: str) -> ProblemText:
    """Bills of UTC days in local days. `detail`: by what they were spread."""
    ways = {
        "provider-hours": "by the provider's hours",
        "computed-cost": "by what the logs cost",
        "even": "evenly",
    }
    spread = " and ".join(ways[way] for way in detail.split() if way in ways)
    return ProblemText(f"Bills are of UTC days; they were spread over local days {spread}.")


def bill_covers_source(*, where: str) -> ProblemText:
    """The usage of a source was taken to be inside a bill."""
    return ProblemText(
        f"What {where} used is taken to be inside the bill.",
        f"If a plan pays for it: `token-tracker sources set-billing {where} plan`.",
    )


def spend_inferred(*, where: str) -> ProblemText:
    """Spending that is the difference of two balances."""
    return ProblemText(f"What {where} cost is inferred from its balance: it has no usage report.")


def budget_unconfirmed(*, where: str) -> ProblemText:
    """A budget leaves out the bill of a whole organisation."""
    return ProblemText(
        f"Budgets do not count the bill of {where}, which is the whole organisation's; they count the logs.",
        f"To count it: `token-tracker configure-provider --name {where} --whole-organisation`.",
    )


def provider_fetch_failed(*, where: str) -> ProblemText:
    """A provider could not be asked."""
    return ProblemText(
        f"The last fetch from {where} failed.",
        f"Run `token-tracker fetch-usage --provider {where}` to see why.",
    )


def provider_fetch_old(*, where: str, times: int) -> ProblemText:
    """What is known from a provider is old."""
    return ProblemText(f"{where} was last asked {times:,} days ago.", "Run `token-tracker fetch-usage`.")


def settings_invalid(*, detail: str) -> ProblemText:
    """A file of the home is invalid."""
    return ProblemText(
        f"A settings file is not valid: {detail}." if detail else "A settings file is not valid.",
        "Run `token-tracker doctor` to see file and line.",
    )


def credentials_exposed(*, detail: str) -> ProblemText:
    """The file of keys is not safe, and not used."""
    return ProblemText(
        f"The provider keys are not used: {detail}." if detail else "The provider keys are not used.",
        "Run `token-tracker list-providers` to see what to do.",
    )


def home_exposed() -> ProblemText:
    """Others can read what is ours."""
    return ProblemText(
        "Other users of this machine can read token-tracker's directory.",
        "Run `chmod -R go-rwx` on it.",
    )


def file_odd(*, detail: str) -> ProblemText:
    """Something else has the name of a file or folder of ours; `detail` is what it is."""
    return ProblemText(*odd_kind(kind=detail))


def hook_failed(*, where: str, detail: str) -> ProblemText:
    """The last session start told nothing, because of an error; `where` is when that was."""
    return ProblemText(
        f"The last session start ({where}) told nothing: {detail}.",
        "Once that is mended, the next session start tells what is due.",
    )


def state_newer(*, detail: str) -> ProblemText:
    """A newer version beside this one wrote what was delivered; this one tells nothing."""
    return ProblemText(
        f"A newer version wrote what was delivered, so session starts of this one tell nothing: {detail}.",
        "Update this one, or take its hook out with `token-tracker setup-hook uninstall`.",
    )


def home_unwritable() -> ProblemText:
    """What is told cannot be noted, so nothing is."""
    return ProblemText(
        "Nothing can be written into token-tracker's directory, so session starts tell nothing.",
        "Make it writable for this user, or set TOKEN_TRACKER_HOME to a directory that is.",
    )


def state_unreadable(*, detail: str) -> ProblemText:
    """What was delivered is not known, so nothing is."""
    return ProblemText(
        f"What was delivered cannot be read, so session starts tell nothing: {detail}.",
        "Mend or delete the file; a deleted one makes the reports of today come once more.",
    )


def reader_slow() -> ProblemText:
    """The fast reader is not installed."""
    return ProblemText(
        "The fast log reader is not installed; the slower one gives the same figures.",
        "Install the extra `fast`.",
    )


def disk_full() -> ProblemText:
    """There is no room for new lines."""
    return ProblemText(
        "The disk is full: new log lines are counted in this answer but not saved.", "Free some space."
    )


def disk_low() -> ProblemText:
    """Almost no room is left."""
    return ProblemText("The disk that holds the ledger is almost full.", "Free some space.")


def budget_scope_unknown(*, where: str) -> ProblemText:
    """A budget is limited to what nobody ever used."""
    return ProblemText(
        f"A budget is limited to {where or 'something'}, which no usage has had so far.",
        "Run `token-tracker budget list`, and set it again where the name is wrong.",
    )


def budget_incomplete(*, detail: str) -> ProblemText:
    """A budget cannot be judged for certain."""
    return ProblemText(
        f"Part of what the budget {detail} counts has no known price or exchange rate.",
        "Run `token-tracker budget-status` to see what it is.",
    )


def exchange_rate_missing(*, where: str, detail: str) -> ProblemText:
    """An amount cannot be converted from one currency to another (`detail`)."""
    return ProblemText(
        f"No exchange rate from {where} to {detail} is known: `token-tracker rates update` fetches rates.",
        f"Run `token-tracker rates update`, or set your own by `token-tracker rates set {where} {detail}`.",
    )


def exchange_rate_old(*, where: str, detail: str) -> ProblemText:
    """A rate is of a day long past. `where`: its currencies; `detail`: its day."""
    return ProblemText(
        f"The exchange rate of {where} is an old one, of {detail}.",
        "Run `token-tracker rates update`.",
    )


def exchange_rate_doubtful(*, where: str, detail: str) -> ProblemText:
    """A rate that was set is far from the central bank's (`detail`)."""
    return ProblemText(
        f"The European Central Bank's rate of {where} is {detail}; yours may be the wrong way round.",
        "Set it again with the currencies in the other order where it is.",
    )


def key_was_visible() -> ProblemText:
    """A key stood on the command line."""
    return ProblemText(
        "The key was given on the command line, where other programs and the shell's history see it.",
        "Next time use the hidden prompt or `--api-key-stdin`; replace the key if others use this machine.",
    )


def original_providers_found() -> ProblemText:
    """The original skill left keys that were not taken over."""
    return ProblemText(
        "The original skill kept provider keys; they were not opened.",
        "Run `token-tracker configure-provider --import-original` to take them over.",
    )


def original_providers_imported(*, times: int) -> ProblemText:
    """Keys of the original skill's were taken over."""
    keys = "1 provider key was" if times == 1 else f"{times:,} provider keys were"
    return ProblemText(f"{keys} taken over from the original skill.")


def provider_file_untrusted(*, detail: str) -> ProblemText:
    """A provider file of the user's that was never trusted."""
    return ProblemText(
        f"The provider file {detail} was not loaded: it was never trusted.",
        "Look through it, then run `token-tracker provider trust` with it.",
    )


def provider_file_changed(*, detail: str) -> ProblemText:
    """A provider file of the user's that changed since it was trusted."""
    return ProblemText(
        f"The provider file {detail} was not loaded: it has changed since it was trusted.",
        "Look at what changed, then run `token-tracker provider trust` with it.",
    )


def provider_file_broken(*, detail: str) -> ProblemText:
    """A provider file of the user's that cannot be loaded."""
    return ProblemText(
        f"The provider file {detail} was not loaded: it fails.",
        "Correct it, then run `token-tracker provider trust` with it.",
    )


def unnamed(*, code: str, times: int) -> ProblemText:
    """A problem that has no text yet."""
    count = "once" if times == 1 else f"{times:,} times"
    return ProblemText(f"A problem of the kind {code} came up {count}.", "Run `token-tracker doctor`.")


def _log_lines(times: int, where: str) -> str:
    of = f" of {where}" if where else ""
    return f"1 log line{of} was" if times == 1 else f"{times:,} log lines{of} were"
