"""Words: typed reports become text in the person's language, or JSON documents."""
