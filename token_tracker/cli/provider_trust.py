"""The command `provider trust`: a provider file of the person's own is loaded from then on."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from typing import Final

import typer

from token_tracker.cli.key_options import agrees
from token_tracker.cli.key_options import can_ask
from token_tracker.cli.known_providers import shown
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.locks import replace_file
from token_tracker.paths import HOME_MODE
from token_tracker.paths import bundled_folder
from token_tracker.paths import make_home
from token_tracker.paths import refuse_foreign_home
from token_tracker.provider_settings import OWN_PROVIDERS
from token_tracker.provider_settings import ProviderSettings
from token_tracker.provider_settings import change_providers
from token_tracker.provider_settings import load_providers
from token_tracker.providers import content_hash
from token_tracker.providers import load_provider
from token_tracker.render.words import words
from token_tracker.reports.providers import TrustedFile

FILE = Annotated[Path, typer.Argument(metavar="FILE", help="The provider file, such as my_vendor.py.")]
FILE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}\.py")
LARGEST_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Trust(Common):
    """What `provider trust` takes."""

    yes: Annotated[bool, typer.Option("--yes", help="Trust it without asking.")] = False


@takes(Trust, file=(FILE, ...))
def trust(options: Trust, file: Path) -> int:
    """Load a provider file of your own from now on.

    It runs as a program with your rights, and gets the key of its provider. It is copied into
    the home and loaded as long as its content stays the same. Without a terminal to ask on, and
    without --yes, the answer only says what would be done.

    Examples:
      token-tracker provider trust my_vendor.py
      token-tracker provider trust my_vendor.py --yes
    """
    session = start(options)
    place = Path(os.path.expanduser(file)).absolute()
    content = _content(place)
    there = load_providers(session.home)
    found = _described(session, place, content, there)
    if not found.was_trusted and (options.yes or _agreed(session, found)):
        found = _trusted(session, place, content, found)
    return reply(session, options, "provider trust", found, None, [])


def _content(place: Path) -> bytes:
    """Read a file that nobody else could have written.

    Raises:
        CommandLineError: its name is none of a provider file, or it is no plain file.
        SettingsError: others can write it.
    """
    if not FILE_NAME.fullmatch(place.name):
        raise CommandLineError("provider_file_name", given=shown(place.name))
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if place.is_symlink():
            raise CommandLineError("provider_file_odd", path=str(place))
        fd = os.open(place, flags)
    except OSError as error:
        raise StorageError("file_unusable", path=str(place), reason=error.strerror or str(error)) from error
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_BYTES:
        os.close(fd)
        raise CommandLineError("provider_file_odd", path=str(place))
    with open(fd, "rb") as source:
        if os.name == "posix" and found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            mode = f"{stat.S_IMODE(found.st_mode):04o}"
            raise SettingsError("permissions_open", path=str(place), mode=mode)
        return source.read(LARGEST_BYTES)


def _described(session: Session, place: Path, content: bytes, there: ProviderSettings) -> TrustedFile:
    """Say what trusting a file would do, without running it."""
    digest = content_hash(content)
    target = session.home / OWN_PROVIDERS / place.name
    is_there = target.is_file() and not target.is_symlink()
    is_same = is_there and content_hash(target.read_bytes()) == digest
    was_trusted = is_same and there.trusted.get(place.name) == digest
    return TrustedFile(
        place.name,
        digest,
        provider=place.stem if was_trusted else "",
        is_trusted=was_trusted,
        was_trusted=was_trusted,
        is_copied=not is_same,
        replaces=is_there and not is_same,
        bundled=(bundled_folder("providers") / place.name).is_file(),
    )


def _agreed(session: Session, found: TrustedFile) -> bool:
    if not can_ask(session):
        return False
    sentences = words(session.language, "providers")
    question = sentences.ask_to_trust(
        file=found.file, content_hash=found.content_hash, replaces=found.replaces, bundled=found.bundled
    )
    return agrees(session, question)


def _trusted(session: Session, place: Path, content: bytes, found: TrustedFile) -> TrustedFile:
    """Try the file, put it into the home, and keep its hash.

    Raises:
        SettingsError: it cannot be loaded; nothing was changed.
    """
    refuse_foreign_home(session.home)
    folder = session.home / OWN_PROVIDERS
    try:
        make_home(session.home)
        with tempfile.TemporaryDirectory(dir=session.home, prefix="trying-") as trial:
            copy = Path(trial) / place.name
            copy.write_bytes(content)
            provider = _tried(copy, place)
        folder.mkdir(mode=HOME_MODE, exist_ok=True)
        if found.is_copied:
            replace_file(folder / place.name, content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError("home_unusable", path=str(session.home), reason=reason) from error
    digest = found.content_hash
    change_providers(
        session.home, lambda there: replace(there, trusted={**there.trusted, place.name: digest})
    )
    return replace(found, provider=provider, is_trusted=True)


def _tried(copy: Path, place: Path) -> str:
    """Load the very content that is to be trusted; give the provider's name."""
    try:
        return load_provider(copy).name
    except SettingsError as error:
        error.facts["path"] = str(place)
        raise
