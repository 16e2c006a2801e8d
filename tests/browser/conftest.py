"""Pages are opened in Chromium of Debian, headless and without a network beyond this computer."""

import os
import shutil

import pytest
from selenium import webdriver

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def _skip_or_fail(reason):
    """Fail where everything must be tested (in CI), and skip elsewhere."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def _driver(tmp_path_factory):
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not chromedriver:
        _skip_or_fail("chromium and chromedriver are not installed: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(chromedriver))
    yield driver
    driver.quit()


@pytest.fixture
def browser(_driver):
    """Return `browser(width, height, reduced_motion=False)`: a WebDriver on a blank page of that size in CSS pixels.

    Only file:// and servers of this computer can be reached. The test fails at its end if the page wrote a warning or
    an error to the console, or asked the network for an address; `driver.get_log("browser")` reads and empties that
    log.
    """

    def open_blank(width, height, reduced_motion=False):
        _driver.get("about:blank")
        _driver.get_log("browser")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        _driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        motion = {"name": "prefers-reduced-motion", "value": "reduce" if reduced_motion else "no-preference"}
        _driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [motion]})
        return _driver

    yield open_blank
    said = [entry["message"] for entry in _driver.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]
    assert said == []
