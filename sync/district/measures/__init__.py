"""What the district counts, as pure functions with names and versions. It is called "chỉ số tại quầy", never SIPAS:
people who answer at a counter chose to, the national survey draws its respondents."""
