"""What an actor may be granted in scheduling."""

SEE = "scheduling.see"
BOOK = "scheduling.book"
CHANGE = "scheduling.change"
OVERRULE = "scheduling.overrule"
BLOCK = "scheduling.block"
ROSTER = "scheduling.roster"
