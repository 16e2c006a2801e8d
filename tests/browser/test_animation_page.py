"""The animation page in a browser: sizes, controls, keyboard and touch, label on every frame."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from sim.campaign.replications import run
from sim.plots.animation.animate import animate, fragment
from sim.scenario.teaching_label import LABEL
from tests.support.toy_theatre import toy

SIZES = [(390, 844), (1366, 768), (1920, 1080)]
N_DAYS = 12


@pytest.fixture(scope="module")
def result():
    return run(toy({"time.horizon_days": N_DAYS}), seed=2)


@pytest.fixture(scope="module")
def page(result, tmp_path_factory):
    return animate(result, tmp_path_factory.mktemp("page") / "run.html").as_uri()


class Shown:
    """One animation as shown on the screen, and its controls."""

    def __init__(self, driver, root):
        self.driver, self.root = driver, root
        WebDriverWait(driver, 10).until(lambda _: self.find(".when").text)

    def find(self, selector):
        return self.root.find_element(By.CSS_SELECTOR, selector)

    def press(self, what):
        self.find(f'[data-do="{what}"]').click()

    @property
    def day(self):
        return int(self.find(".when").text.split()[1])

    @property
    def numbers(self):
        return [number.text for number in self.root.find_elements(By.CSS_SELECTOR, "dd")]

    @property
    def map(self):
        return self.driver.execute_script("return arguments[0].toDataURL()", self.find("canvas"))

    def wait_for_day(self, day):
        WebDriverWait(self.driver, 20, 0.05).until(lambda _: self.day == day)


def opened(driver, uri):
    driver.get(uri)
    return Shown(driver, driver.find_element(By.CSS_SELECTOR, ".sim-animation"))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_page_fits_the_screen_and_shows_map_label_and_controls(browser, page, size):
    driver = browser(*size)
    shown = opened(driver, page)
    assert driver.execute_script("return document.documentElement.scrollWidth") == size[0]
    label = shown.find("p.label")
    assert label.text.startswith(LABEL)
    assert label.is_displayed()
    for control in ("back", "play", "on", "day", "speed"):
        box = shown.find(f'[data-do="{control}"]').rect
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["y"] + box["height"] <= size[1]  # without scrolling
    canvas = shown.find("canvas").rect
    assert canvas["width"] > 0.35 * size[0]
    assert canvas["y"] + canvas["height"] <= size[1]
    small = driver.execute_script("return parseFloat(getComputedStyle(arguments[0]).fontSize)", shown.find("dd"))
    assert small >= max(16, size[0] / 80)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_steps_and_slider_change_the_day_the_numbers_and_the_map(browser, page, result, size):
    driver = browser(*size)
    shown = opened(driver, page)
    assert shown.day == 0
    start, numbers = shown.map, shown.numbers
    shown.press("back")
    assert shown.day == 0
    shown.press("on")
    shown.press("on")
    assert shown.day == 2
    shown.press("back")
    assert shown.day == 1
    slider = shown.find('[data-do="day"]')
    ActionChains(driver).move_to_element_with_offset(slider, slider.rect["width"] // 2 - 1, 0).click().perform()
    assert shown.day == N_DAYS
    assert shown.numbers != numbers
    assert shown.map != start
    assert slider.get_attribute("aria-valuetext").startswith(f"day {N_DAYS}, ")
    assert shown.numbers[0] == f"{float(result.series['losses'][-1, 0]):,.0f}"
    assert f"Day {N_DAYS}: " in shown.find("canvas").get_attribute("aria-label")
    shown.press("on")
    assert shown.day == N_DAYS


def test_the_label_is_on_every_frame_beside_the_map_and_in_it(browser, page):
    driver = browser(1366, 768)
    shown = opened(driver, page)
    foots = set()
    for day in range(N_DAYS + 1):
        assert shown.day == day
        label = shown.find("p.label")
        assert label.is_displayed()
        assert label.text.startswith(LABEL)
        image = Image.open(io.BytesIO(base64.b64decode(shown.map.partition(",")[2]))).convert("L")
        foots.add(int((np.asarray(image)[-50:] < 100).sum()))
        shown.press("on")
    assert len(foots) == 1
    assert foots.pop() > 1_000  # dark pixels of its letters


@pytest.mark.slow
def test_play_runs_to_the_end_and_starts_again(browser, page):
    shown = opened(browser(1366, 768), page)
    shown.find('[data-do="speed"] option[value="4"]').click()
    play = shown.find('[data-do="play"]')
    assert play.get_attribute("aria-label") == "Play"
    play.click()
    assert play.get_attribute("aria-label") == "Pause"
    shown.wait_for_day(2)
    play.click()
    held = shown.day
    assert play.get_attribute("aria-label") == "Play"
    shown.driver.execute_async_script("setTimeout(arguments[0], 600)")
    assert shown.day == held
    play.click()
    shown.wait_for_day(N_DAYS)
    assert play.get_attribute("aria-label") == "Play"
    play.click()
    assert shown.day < N_DAYS


@pytest.mark.parametrize("reduced_motion", [True, False])
def test_nothing_moves_until_play_is_pressed(browser, page, reduced_motion):
    shown = opened(browser(1366, 768, reduced_motion), page)
    shown.driver.execute_async_script("setTimeout(arguments[0], 1500)")
    assert shown.day == 0


def test_keys_step_and_play_and_controls_react_to_their_own_keys(browser, page):
    driver = browser(1366, 768)
    shown = opened(driver, page)

    def press(*keys):
        ActionChains(driver).send_keys(*keys).perform()

    press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert shown.day == 2
    press(Keys.END)
    assert shown.day == N_DAYS
    press(Keys.HOME)
    assert shown.day == 0
    press(Keys.SPACE)
    shown.wait_for_day(1)
    press(Keys.SPACE)
    held = shown.day
    driver.execute_script("arguments[0].focus()", shown.find('[data-do="day"]'))
    press(Keys.ARROW_RIGHT)
    assert shown.day == held + 1
    driver.execute_script("arguments[0].focus()", shown.find('[data-do="on"]'))
    press(Keys.SPACE)
    assert shown.day == held + 2
    assert shown.find('[data-do="play"]').get_attribute("aria-label") == "Play"


def test_a_finger_steps_and_moves_the_slider(browser, page):
    driver = browser(390, 844)
    shown = opened(driver, page)

    def tap(element, share):
        box = element.rect
        point = {"x": box["x"] + share * box["width"], "y": box["y"] + box["height"] / 2}
        for kind, points in (("touchStart", [point]), ("touchEnd", [])):
            driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    try:
        tap(shown.find('[data-do="on"]'), 0.5)
        shown.wait_for_day(1)
        tap(shown.find('[data-do="day"]'), 0.99)
        shown.wait_for_day(N_DAYS)
    finally:
        driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_two_animations_on_one_page_are_independent_and_do_not_change_its_style_and_keys(browser, result, tmp_path):
    both = "".join(fragment(result, id=id) for id in ("first", "second"))
    path = tmp_path / "report.html"
    path.write_text(f'<!DOCTYPE html><meta charset="utf-8"><p id="mine">Mine</p>{both}', "utf-8")
    driver = browser(1366, 768)
    driver.get(path.as_uri())
    first, second = (Shown(driver, driver.find_element(By.ID, id)) for id in ("first", "second"))
    first.press("on")
    assert (first.day, second.day) == (1, 0)
    ActionChains(driver).click(driver.find_element(By.ID, "mine")).send_keys(Keys.ARROW_RIGHT).perform()
    assert (first.day, second.day) == (1, 0)
    driver.execute_script("arguments[0].focus()", second.root)
    ActionChains(driver).send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT).perform()
    assert (first.day, second.day) == (1, 2)
    look = "const s = getComputedStyle(mine); return [s.fontFamily, s.fontSize, s.fontWeight]"
    styled = driver.execute_script(look)
    driver.execute_script("document.querySelectorAll('.sim-animation style').forEach(style => style.remove())")
    assert driver.execute_script(look) == styled
