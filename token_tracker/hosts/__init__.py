"""The agents that run the skill: how their hooks call us, and what these want to be told."""
