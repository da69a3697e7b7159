"""What the citizen sees: draws a state, emits events. The only Kivy in the house; decisions are made in kiosk.flow."""
