"""The grants that records knows. Each is held at a site."""

# Look after the site's patients of the day: their records open without a reason being stated.
CARE = "records.care"
# Open a record outside that, for a stated reason and a limited time.
OPEN = "records.open"
# Judge what was opened so, and set how long things count.
REVIEW = "records.review"
# Lay a scanned paper into a record; it is read by whoever may see papers, under the guard of care.
FILE = "records.file"
PAPERS = "records.papers"
# Keep the archive: terms, legal holds, and what is destroyed by procedure.
KEEP = "records.keep"
