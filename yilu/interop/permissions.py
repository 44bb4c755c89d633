"""The grants that interop knows."""

SEE = "interop.see"
MANAGE = "interop.manage"
FEED = "interop.feed"
FEED_NAMES = "interop.feed_names"
