"""What is true of teeth, whoever looks: notation, findings, shorthand, what entries add up to."""
