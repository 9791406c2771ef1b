"""kopf's part: login, list, watch, reconnect. It hands over what it sees and decides nothing."""
