"""TLS as it is deployed: the shipped file for nginx, the commands for an own authority, a real kiosk behind them."""

import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.rig import ROOT, SAMPLES, Rig, free_port

NAME = "localhost"
EXAMPLE = "langnghe.example.gov.vn"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None or shutil.which("openssl") is None, reason="nginx or openssl is not here"),
]


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """What the commands of the page leave behind, for this machine's name."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    block = next(each for each in re.findall(r"```\n(.*?)```", page, re.DOTALL) if "authority.key" in each)
    folder = tmp_path / "certificates"
    folder.mkdir()
    command = ["bash", "-ec", block.replace(EXAMPLE, NAME)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path / "rig")
    rig.district_command("init")
    rig.district_command("import", "units", str(SAMPLES / "samples/units.csv"))
    (rig.folder / "district.toml").write_text(f'[server]\nhosts = ["{NAME}"]\n', "utf-8")
    rig.start_district()
    yield rig
    rig.stop()


@pytest.fixture
def front(rig: Rig, certificates: Path, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """nginx with the shipped file, at other ports: its addresses for TLS and without."""
    plain, secure = free_port(), free_port()
    shipped = (ROOT / "config" / "nginx" / "lang-nghe.conf").read_text("utf-8")
    ours = {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "listen [::]:80;": "",
        "listen [::]:443 ssl;": "",
        EXAMPLE: NAME,
        "/etc/ssl/lang-nghe": str(certificates),
        "/var/log/nginx": str(tmp_path),
        "127.0.0.1:8765": f"127.0.0.1:{rig.port}",
    }
    for theirs, mine in ours.items():
        assert theirs in shipped, theirs
        shipped = shipped.replace(theirs, mine)
    (tmp_path / "site.conf").write_text(shipped, "utf-8")
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; user root; pid {tmp_path}/pid; events {{}} http {{ {temporary} include {tmp_path}/site.conf; }}",
        "utf-8",
    )
    assert NGINX
    command = [NGINX, "-e", str(tmp_path / "error.log"), "-c", str(tmp_path / "nginx.conf")]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    address = f"https://{NAME}:{secure}"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        rig.until(lambda: _answers(address, certificates))
        yield address, f"http://{NAME}:{plain}"
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str, certificates: Path) -> bool:
    try:
        return requests.get(f"{address}/v1/health", verify=str(certificates / "authority.pem"), timeout=10).ok
    except requests.ConnectionError:
        return False


def test_a_kiosk_is_enrolled_and_delivers_through_the_shipped_proxy(
    rig: Rig, certificates: Path, front: tuple[str, str]
):
    settings = rig.folder / "kiosk.toml"
    text = settings.read_text("utf-8").replace("[sync]", f'[sync]\nca_file = "{certificates}/authority.pem"')
    settings.write_text(text, "utf-8")
    code = rig.district_command("device", "code", "H35.88.01").strip()

    rig.kiosk_command("enrol", front[0], code)
    rig.run("-m", "sync", "once")

    assert rig.status()["last_contact_at"]


def test_a_browser_is_sent_to_tls_and_its_session_is_kept_for_tls_alone(
    rig: Rig, certificates: Path, front: tuple[str, str]
):
    rig.district_command(
        "user", "add", "lan", "--role", "leader", "--not-an-officer", "--password-stdin", stdin="đường làng xanh 2026\n"
    )
    session = requests.Session()
    session.trust_env, session.verify = False, str(certificates / "authority.pem")

    sent = requests.get(f"{front[1]}/sign-in", allow_redirects=False, timeout=30)
    form = {"user_name": "lan", "password": "đường làng xanh 2026"}
    signed_in = session.post(f"{front[0]}/sign-in", data=form, allow_redirects=False, timeout=30)

    assert (sent.status_code, sent.headers["Location"]) == (301, f"https://{NAME}/sign-in")
    assert signed_in.status_code == 303, signed_in.text
    assert "Secure" in signed_in.headers["Set-Cookie"]
    assert "max-age" in signed_in.headers["Strict-Transport-Security"]


def test_an_authority_made_as_the_page_says_has_what_python_demands(certificates: Path):
    """Python asks from 3.13 on; here it is asked in any case."""
    context = ssl.create_default_context(cafile=str(certificates / "authority.pem"))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificates / "fullchain.pem", certificates / "privkey.pem")
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client_side = context.wrap_bio(to_client, to_server, server_hostname=NAME)
    server_side = server.wrap_bio(to_server, to_client, server_side=True)

    for side in (client_side, server_side, client_side, server_side):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue

    assert client_side.getpeercert()
