"""One file per scenario: what is done to which controller, and what is measured meanwhile."""
