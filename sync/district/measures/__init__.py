"""The district's measures, as pure functions with names and versions. The index is called "chỉ số tại quầy", never
SIPAS: people who rate at a counter chose to, the national survey draws its respondents.
"""
