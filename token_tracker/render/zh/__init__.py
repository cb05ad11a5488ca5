"""Every sentence in Chinese, each function with the arguments of its English namesake."""
