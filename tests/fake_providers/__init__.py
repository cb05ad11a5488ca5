"""One stateful fake of every vendor that the program talks to; README.md says how to use it."""

from fake_providers.fakes import FakeProviders as FakeProviders
from fake_providers.ledger import Event as Event
from fake_providers.vendor import KeyState as KeyState
