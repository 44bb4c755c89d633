"""The grants that interop knows."""

SEE = "interop.see"
MANAGE = "interop.manage"
FEED = "interop.feed"
FEED_NAMES = "interop.feed_names"
# Say which machines may speak to us, and see how they do.
DEVICES = "interop.devices"
# Read what an analyser sent, and say which specimen it is about.
RAW = "interop.raw"
