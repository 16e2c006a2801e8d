"""Mesa's page of a campaign, served on this computer and stepped in Chromium.

Covers sim.apps.mesa_page.
"""

import os
import re
import subprocess
import sys
import time

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

LONGEST_S = 120  # a machine that is busy, and kernels that are not compiled yet
DAY = re.compile(r"ground held after (\d+) days?\.")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve the page as a user does, without a word to others; yield its address, and end the server."""
    log = tmp_path_factory.mktemp("solara") / "log.txt"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-open", "--production"]
    with log.open("w") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "solara", "run", "sim.apps.mesa_page", *options], cwd=log.parent, stdout=file,
            stderr=subprocess.STDOUT, env=os.environ | {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False"},
        )  # fmt: skip
    try:
        until = time.monotonic() + LONGEST_S
        while not (found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", log.read_text())):
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        yield found[0]
    finally:
        server.terminate()
        server.wait(LONGEST_S)


def pictures(driver):
    """Return the alternative texts of the pictures on the page, those that are drawn."""
    return driver.execute_script(
        "return Array.from(document.querySelectorAll('img[alt]')).filter(i => i.naturalWidth > 300).map(i => i.alt)"
    )


def days(driver):
    """Return the number of days that the map shows, None while there is no map."""
    found = DAY.search(" ".join(pictures(driver)))
    return int(found[1]) if found else None


@pytest.mark.slow
def test_the_page_shows_map_and_series_and_a_step_is_a_day(browser, address):
    driver = browser(1400, 1000)
    until = WebDriverWait(driver, LONGEST_S, poll_frequency=0.5, ignored_exceptions=[Exception])
    until.until(lambda _: driver.get(address) is None)
    until.until(lambda _: len(pictures(driver)) == 3)
    assert days(driver) == 0
    next(one for one in driver.find_elements(By.TAG_NAME, "button") if one.text.strip().lower() == "step").click()
    until.until(lambda _: days(driver) == 1)
    land, taken, losses = pictures(driver)
    assert land.startswith("Map of Baseline")
    assert "Ground taken by the attacker" in taken
    assert re.search(r"attacker [1-9]\d* soldiers; defender [1-9]?\d+ soldiers", losses)
    assert all("Hypothetical teaching illustration, not a forecast" in alt for alt in pictures(driver))
    words = driver.find_element(By.TAG_NAME, "body").text
    assert "attacking soldiers massed near the city, of all arms [soldiers]" in words
    assert "AttributeError" not in words
    sliders = driver.execute_script(
        "return Array.from(document.querySelectorAll('.v-slider')).map(one => one.getBoundingClientRect().width)"
    )
    assert min(sliders) > 100
    covered = driver.execute_script(
        "return Array.from(document.querySelectorAll('.v-input__slider')).filter(one =>"
        " one.querySelector('.v-label').getBoundingClientRect().bottom"
        " > one.querySelector('.v-slider').getBoundingClientRect().top + 12).length"
    )
    assert covered == 0
    driver.get("about:blank")
    log = " ".join(entry["message"] for entry in driver.get_log("browser"))  # solara warns of its own use of Vue
    assert "net::ERR" not in log
