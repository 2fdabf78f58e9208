"""Take a picture of a page: python -m tests.browser.pictures URL OUT.png --width 360 --login learner1."""

import argparse

from playwright.sync_api import Browser, Page, sync_playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync", "--hide-scrollbars"]


def main() -> None:
    """Read the command line, take one picture, say how wide the page is."""
    wanted = _arguments()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        page = _page(browser, wanted)
        if wanted.login:
            _sign_in(page, wanted.url, wanted.login)
        page.goto(wanted.url)
        if wanted.zoom != 1:
            page.add_style_tag(content=f"html{{font-size:{wanted.zoom * 100}%!important}}")
        page.wait_for_timeout(300)
        page.screenshot(path=wanted.out, full_page=True)
        width = page.evaluate("document.documentElement.scrollWidth")
        print(f"{wanted.out}: {width} of {wanted.width} px{' – scrolls sideways' if width > wanted.width else ''}")
        browser.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("out")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--login")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--language", default="fr")
    parser.add_argument("--zoom", type=float, default=1)
    return parser.parse_args()


def _page(browser: Browser, wanted: argparse.Namespace) -> Page:
    scheme = "dark" if wanted.dark else "light"
    size = {"width": wanted.width, "height": 800}
    context = browser.new_context(viewport=size, color_scheme=scheme, locale=wanted.language, bypass_csp=True)
    return context.new_page()


def _sign_in(page: Page, url: str, login: str) -> None:
    page.goto("/".join(url.split("/")[:3]) + "/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", "demonstration")
    page.locator("[name=password]").press("Enter")
    page.wait_for_load_state()


if __name__ == "__main__":
    main()
