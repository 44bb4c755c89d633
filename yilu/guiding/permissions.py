"""What an actor may be granted in guiding. Each is held at a site."""

# See who is brought where, and by whom.
SEE = "guiding.see"
# Ask for somebody to come along, a wheelchair or a stretcher.
ASK = "guiding.ask"
# Bring patients: take up, hand over, decline, say that they are there.
LEAD = "guiding.lead"
# Give tasks to guides by hand, and take them off the list.
STEER = "guiding.steer"
# Confirm that a patient has come to one's own place. Each place asks for its own right besides.
RECEIVE = "guiding.receive"
# Say which steps become tasks, how soon one is picked up, and what stands ready.
SET_UP = "guiding.set_up"
