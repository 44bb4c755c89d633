"""The grants that records knows. Each is held at a site."""

# Look after the site's patients of the day: their records open without a reason being stated.
CARE = "records.care"
# Open a record outside that, for a stated reason and a limited time.
OPEN = "records.open"
# Judge what was opened so, and set how long things count.
REVIEW = "records.review"
