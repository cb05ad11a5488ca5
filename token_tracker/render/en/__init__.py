"""Every sentence in English; Chinese, in the package beside it, has the same functions."""
