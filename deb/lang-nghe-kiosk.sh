# What differs between the packages; read by .ci/build-deb.
programs="kiosk kiosk-sync"
requirements=requirements-kiosk.txt
settings=kiosk.toml
user=lang-nghe
data=/var/lib/lang-nghe
units="lang-nghe-display lang-nghe-kiosk lang-nghe-sync lang-nghe-queue lang-nghe-update"
started_by_others="lang-nghe-still"  # neither enabled nor started at the installation
timers=""
paths="lang-nghe-update"  # each starts the service of its name
depends="xserver-xorg, xserver-xorg-input-libinput, xauth, libegl1, libgl1, libgl1-mesa-dri, libx11-6, @LIBMTDEV@, udev"
recommends="alsa-utils, espeak-ng, opus-tools, soundstretch, vorbis-tools, x11-xserver-utils"
summary="touchscreen kiosk that listens at one-stop counters"
description=" Citizens rate the service of a one-stop counter, or leave a comment or
 complaint. What they say is sealed, kept on this machine, and carried to the
 district's server whenever there is a network.
 .
 Brings an X server with nothing else in it, the kiosk's screen, the reader of the
 office's ticket system where there is one, the delivery to the district, and
 what installs another release that two of three holders signed, as services."
