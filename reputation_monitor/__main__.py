"""``python -m reputation_monitor``."""

from reputation_monitor.cli import main

if __name__ == "__main__":
    main()
