"""The report in a browser, at the sizes of a phone, a laptop and a projector."""

import pytest

import sim
from sim.campaign.replications import replicate
from sim.scenario.loader import load

SIZES = [(390, 844), (1280, 800), (1366, 768), (1920, 1080)]
SHORT = {"time.horizon_days": 4, "time.tick_h": 12}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    names = ("baseline", "no-drones", "frontal-assault")
    comparison = sim.compare(*(replicate(load(name, set=SHORT), 2, seed=2, workers=1) for name in names))
    return sim.report(comparison, tmp_path_factory.mktemp("report") / "page.html").as_uri()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_page_fits_the_screen_and_its_figures_are_readable(browser, address, width, height):
    page = browser(width, height)
    page.get(address)
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    drawn = page.execute_script(
        "return [...document.querySelectorAll('figure img')].map(i => [i.complete, i.naturalWidth, i.clientWidth])"
    )
    assert len(drawn) >= 10
    for is_complete, natural, shown in drawn:
        assert is_complete
        assert natural == 1920
        # On a phone the whole figure shows; elsewhere letters of 13 points are at least 12 pixels high.
        assert 340 <= shown <= width if width < 400 else shown >= 900


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_content_wider_than_the_screen_scrolls_in_a_box_that_the_keyboard_reaches(browser, address, width, height):
    page = browser(width, height)
    page.get(address)
    boxes = page.execute_script(
        "return [...document.querySelectorAll('.scroll')].map(b => [b.clientWidth, b.scrollWidth, b.tabIndex])"
    )
    assert all(clip <= width and tab == 0 for clip, _, tab in boxes)


@pytest.mark.parametrize(("width", "height"), SIZES[:2])
def test_the_changes_and_on_a_phone_the_results_show_all_their_columns(browser, address, width, height):
    page = browser(width, height)
    page.get(address)
    for name in ("changes", "measures") if width < 400 else ("changes",):
        boxes = page.execute_script(
            f"return [...document.querySelectorAll('[aria-labelledby={name}] .scroll')].map(b => "
            "[b.clientWidth, b.scrollWidth])"
        )
        assert boxes
        assert all(inner <= clip for clip, inner in boxes), (name, boxes)


def test_the_label_stays_visible_while_the_page_scrolls(browser, address):
    page = browser(390, 844)
    page.get(address)
    page.execute_script("window.scrollTo(0, 5000)")
    top, bottom = page.execute_script(
        "const box = document.getElementById('label').getBoundingClientRect(); return [box.top, box.bottom]"
    )
    assert (top, bottom > 20) == (0, True)


def test_every_entry_of_the_contents_leads_to_its_heading_below_the_label(browser, address):
    page = browser(1366, 768)
    page.get(address)
    for link in page.find_elements("css selector", "nav a"):
        page.execute_script("arguments[0].click()", link)
        heading = page.find_element("css selector", f"[id='{link.get_attribute('href').rsplit('#', 1)[1]}']")
        assert heading.text == link.text
        top = page.execute_script("return arguments[0].getBoundingClientRect().top", heading)
        foot = page.execute_script("return document.getElementById('label').getBoundingClientRect().bottom")
        assert foot <= top < 768


def test_the_table_of_values_can_be_searched(browser, address):
    page = browser(1366, 768)
    page.get(address)
    details = page.find_element("css selector", "details")
    details.find_element("css selector", "summary").click()
    visible = "return [...document.querySelectorAll('#values-1 tbody tr')].filter(r => !r.hidden).length"
    n_all = page.execute_script(visible)
    details.find_element("css selector", "input").send_keys("n_CREWS")
    assert 2 <= page.execute_script(visible) < 10 < n_all


def test_the_first_key_leads_past_the_contents(browser, address):
    from selenium.webdriver.common.keys import Keys  # installed where a browser is

    page = browser(1366, 768)
    page.get(address)
    page.find_element("css selector", "body").send_keys(Keys.TAB)
    assert page.switch_to.active_element.text == "Skip to the content"


def test_the_print_fits_the_paper(browser, address):
    page = browser(794, 1123)  # A4 at 96 dots an inch
    page.get(address)
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert page.execute_script("return document.documentElement.scrollWidth") <= 794
        assert not page.find_element("css selector", "nav").is_displayed()
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
