"""What the door does rarely: find Python, build the environment, say what is wrong."""
