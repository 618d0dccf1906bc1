"""Places where people read notifications. A new kind is one module and one line of the registry."""

from alerts.channels.kind import ChannelKind, Place
from alerts.channels.registry import GROUP, check_channel, kinds, open_channel

__all__ = ["GROUP", "ChannelKind", "Place", "check_channel", "kinds", "open_channel"]
