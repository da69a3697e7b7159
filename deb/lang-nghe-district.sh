# What differs between the packages; read by .ci/build-deb.
programs="district"
requirements=requirements-district.txt
settings=district.toml
user=lang-nghe-district
data=/var/lib/lang-nghe-district
units="lang-nghe-district"
timers="lang-nghe-reports lang-nghe-retention"
paths=""
depends=""
recommends="postgresql-client"
summary="district server for kiosks that listen at one-stop counters"
description=" Takes what the kiosks of a district recorded, counts each rating once,
 and shows offices their figures and complaints.
 .
 Listens on loopback; a proxy that does TLS stands in front of it."
