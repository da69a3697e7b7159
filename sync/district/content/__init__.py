"""What kiosks show and dates are counted by, changed on pages: checked, proposed, put in force by a second person."""
