"""What an actor may be granted about aesthetic treatment. Each is held at a site."""

# Read consultations, photographs, sessions and care profiles.
SEE = "aesthetics.see"
# Consult, design, and begin what a doctor has to answer for.
WRITE = "aesthetics.write"
# Take photographs, write down what was done, hand over advice.
ASSIST = "aesthetics.assist"
# See courses and sell them.
SELL = "aesthetics.sell"
# Offer packages, word advice, end courses and give sessions back.
OFFER = "aesthetics.offer"
