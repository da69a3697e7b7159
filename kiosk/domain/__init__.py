"""Values and rules of a one-stop counter, shared by kiosk and district. Standard library and msgspec only."""
