"""What several tests share: fakes, factories, a driver for the window, real programs, a printer on a pty."""
