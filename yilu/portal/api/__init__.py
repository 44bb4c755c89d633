"""What a mini-program or an app of the patient's needs, over JSON."""
