from pathlib import Path

import aiohttp
import feedparser
import pytest
import yaml

from reputation_monitor.demo.receiver import Receiver
from reputation_monitor.demo.scenario import BRAND, BRANDS, NOTICE, RIVALS, STOREFRONTS
from reputation_monitor.demo.server import DemoServer, serve
from reputation_monitor.demo.world import World

CONFIGURATION = Path(__file__).parents[3] / "config" / "demo.yaml"
SERVED = ["/feeds/forum.rss", "/feeds/social.atom", "/feeds/blogs.json", "/api/v2/incidents.json", "/captions/"]


async def text_of(client: aiohttp.ClientSession, url: str) -> str:
    async with client.get(url) as answer:
        assert answer.status == 200, url
        return await answer.text()


@pytest.mark.parametrize("path", SERVED)
async def test_an_unchanged_document_is_answered_with_304(path: str, server: DemoServer, client: aiohttp.ClientSession):
    async with client.get(server.url + path) as first:
        etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        assert len(await first.read()) > 100
    for condition in ({"If-None-Match": etag}, {"If-Modified-Since": modified}, {"If-None-Match": f'"x", W/{etag}'}):
        async with client.get(server.url + path, headers=condition) as again:
            assert again.status == 304, condition
            assert await again.read() == b""
            assert again.headers["ETag"] == etag


@pytest.mark.parametrize(
    "condition",
    [
        {"If-None-Match": '"another"'},
        {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"If-Modified-Since": "the other day"},
        {"If-None-Match": '"another"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    ],
)
async def test_conditions_that_do_not_hold_get_the_document(
    condition: dict[str, str], server: DemoServer, client: aiohttp.ClientSession
):
    async with client.get(f"{server.url}/feeds/blogs.json", headers=condition) as answer:
        assert answer.status == 200


async def test_every_answer_says_that_it_is_invented(server: DemoServer, client: aiohttp.ClientSession):
    for path in ("/", *SERVED):
        async with client.get(server.url + path) as answer:
            assert "X-Invented-Scenario" in answer.headers
    assert NOTICE in await text_of(client, f"{server.url}/")


async def test_feeds_come_with_their_media_types(server: DemoServer, client: aiohttp.ClientSession):
    for path, media_type in (
        ("/feeds/news.rss", "application/rss+xml"),
        ("/feeds/social.atom", "application/atom+xml"),
        ("/feeds/blogs.json", "application/feed+json"),
    ):
        async with client.get(server.url + path) as answer:
            assert answer.content_type == media_type
            assert answer.charset == "utf-8"


async def test_the_link_of_a_post_leads_to_it(server: DemoServer, client: aiohttp.ClientSession, world: World):
    entry = feedparser.parse((await text_of(client, f"{server.url}/feeds/news.rss")).encode()).entries[0]
    page = await text_of(client, entry.link)
    assert NOTICE in page
    newest = max((post for post in world.posts if post.channel == "news"), key=lambda post: post.published)
    assert newest.outlet in page


async def test_the_archive_of_a_programme_leads_to_a_file_whose_name_tells_its_start(
    server: DemoServer, client: aiohttp.ClientSession, world: World
):
    async with client.get(f"{server.url}/archive/Midday_Purse") as answer:
        assert answer.url.path == f"/archive/file/OSTRELLBY1_{world.plan.start:%Y%m%d}_123000_Midday_Purse.vtt"
        assert answer.content_type == "text/vtt"
        assert (await answer.text()).count("half past") == 1


async def test_a_transcript_has_an_anchor_for_each_half_minute(
    server: DemoServer, client: aiohttp.ClientSession, world: World
):
    page = await text_of(client, f"{server.url}/transcripts/OSTRELLBY1_{world.plan.start:%Y%m%d}_070000_Morning_Ledger")
    assert 'id="t=30"' in page
    assert f'id="t={86400 + 60}"' in page


async def test_the_list_of_captions_leads_to_each_days_file(
    server: DemoServer, client: aiohttp.ClientSession, world: World
):
    index = await text_of(client, f"{server.url}/captions/")
    assert index.count("<li>") == len(world.airings)
    assert "-->" in await text_of(client, f"{server.url}/captions/{world.airings[-1].file_name}")


async def test_reviews_are_served_at_apples_address(server: DemoServer, client: aiohttp.ClientSession):
    for brand in BRANDS:
        path = f"/{STOREFRONTS[-1]}/rss/customerreviews/page=1/id={brand.app_id}/sortby=mostrecent/json"
        assert '"im:rating"' in await text_of(client, server.url + path)


async def test_an_incident_has_its_page(server: DemoServer, client: aiohttp.ClientSession):
    assert "certificate" in await text_of(client, f"{server.url}/incidents/qb-signin-1")


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/social.rss",
        "/captions/nothing.srt",
        "/archive/Nothing",
        "/archive/file/nothing.vtt",
        "/transcripts/nothing",
        "/posts/nothing",
        "/incidents/nothing",
        "/fr/rss/customerreviews/page=1/id=9900000001/sortby=mostrecent/json",
        "/gb/rss/customerreviews/page=1/id=1/sortby=mostrecent/json",
        "/gb/rss/customerreviews/page=0/id=9900000001/sortby=mostrecent/json",
    ],
)
async def test_what_is_not_there_is_404(path: str, server: DemoServer, client: aiohttp.ClientSession):
    async with client.get(server.url + path) as answer:
        assert answer.status == 404


async def test_the_server_is_gone_after_its_block(world: World, client: aiohttp.ClientSession):
    async with serve(world) as server:
        await text_of(client, f"{server.url}/")
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.get(f"{server.url}/")


async def test_the_configuration_names_only_addresses_that_are_served(
    server: DemoServer, client: aiohttp.ClientSession
):
    text = CONFIGURATION.read_text(encoding="utf-8").replace("${DEMO_URL}", server.url)
    configuration = yaml.safe_load(text)
    for source in configuration["sources"]:
        if source["collector"] == "app_store":
            stores, app = source["stores"], source["app_id"]
            urls = [
                f"{source['base_url']}/{store}/rss/customerreviews/page=1/id={app}/sortby=mostrecent/json"
                for store in stores
            ]
        else:
            urls = [source["url"]]
        for url in urls:
            await text_of(client, url)
    (status,) = configuration["incidents"]
    await text_of(client, f"{status['url']}/api/v2/incidents.json")
    assert {brand["name"] for brand in configuration["brands"]} == {brand.name for brand in BRANDS}


async def test_the_services_of_the_configuration_are_the_components_of_the_incidents(world: World):
    configuration = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
    services = {service["name"] for service in configuration["services"]}
    assert services == {incident.component for incident in world.plan.incidents}


def test_the_configuration_has_the_invented_brands_and_their_revenue():
    configuration = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
    (revenue,) = configuration["revenue"]
    assert revenue["brand"] == BRAND.name
    assert configuration["brands"][0]["rivals"] == [rival.name for rival in RIVALS]


def test_a_server_that_does_not_run_has_no_address(world: World):
    assert DemoServer(world, Receiver()).url == ""
