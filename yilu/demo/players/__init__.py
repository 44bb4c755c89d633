"""Virtual patients and staff: they play today over HTTP, as people with browsers would."""
