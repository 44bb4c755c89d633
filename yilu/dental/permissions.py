"""What an actor may be granted about teeth. Each is held at a site."""

# Read charts, plans, images and packs.
SEE = "dental.see"
# Chart, measure, plan, and say what was done.
WRITE = "dental.write"
# Help at the chair: take images in, scan packs.
ASSIST = "dental.assist"
