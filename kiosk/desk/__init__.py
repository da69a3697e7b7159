"""The use cases of the kiosk: ratings, complaints, the lobby, staff tallies, printouts. No Kivy and no SQL."""
