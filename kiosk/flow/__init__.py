"""What comes next on the screen. Pure: no clock, no SQL, no Kivy; time and what was read come in as arguments."""
