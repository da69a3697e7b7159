"""The boxes in the field: how they enrol, and whether what they sent still holds."""
