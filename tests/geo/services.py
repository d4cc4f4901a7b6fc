"""A local server that answers as geocoding services document it, and says what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NOMINATIM = {
    "place_id": 134503202,
    "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
    "osm_type": "way", "osm_id": 5013364, "lat": "48.8582602", "lon": "2.2944990",
    "class": "man_made", "type": "tower", "importance": 0.6, "addresstype": "man_made",
    "name": "Eiffel Tower",
    "display_name": "Eiffel Tower, 5, Avenue Anatole France, Paris, 75007, France",
    "address": {
        "man_made": "Eiffel Tower", "house_number": "5", "road": "Avenue Anatole France",
        "city_block": "Quartier du Gros-Caillou", "suburb": "7th Arrondissement",
        "city_district": "Paris", "city": "Paris", "ISO3166-2-lvl6": "FR-75",
        "state": "Ile-de-France", "ISO3166-2-lvl4": "FR-IDF", "region": "Metropolitan France",
        "postcode": "75007", "country": "France", "country_code": "fr",
    },
    "boundingbox": ["48.8574753", "48.8590453", "2.2933119", "2.2956897"],
}  # fmt: skip
NOMINATIM_NOWHERE = {"error": "Unable to geocode"}

HERE = {
    "items": [
        {
            "title": "Invalidenstraße 116, 10115 Berlin, Deutschland",
            "id": "here:af:streetsection:tVuvjJYhO86yd5jk1cmzNB:CgcIBCCB0ZVhEAEaAzExNg",
            "resultType": "houseNumber", "houseNumberType": "PA",
            "address": {
                "label": "Invalidenstraße 116, 10115 Berlin, Deutschland",
                "countryCode": "DEU", "countryName": "Deutschland", "stateCode": "BE",
                "state": "Berlin", "countyCode": "B", "county": "Berlin", "city": "Berlin",
                "district": "Mitte", "street": "Invalidenstraße", "postalCode": "10115",
                "houseNumber": "116",
            },
            "position": {"lat": 52.53041, "lng": 13.38527},
            "access": [{"lat": 52.53105, "lng": 13.3848}], "distance": 0,
            "mapView": {"west": 13.38, "south": 52.52, "east": 13.39, "north": 52.53},
        }
    ]
}  # fmt: skip
HERE_NOWHERE: dict[str, Any] = {"items": []}


def here_refusal(query: dict[str, str]) -> dict[str, str]:
    """What HERE says to a wrong key."""
    return {
        "error": "Unauthorized",
        "error_description": f"apiKey invalid. apiKey {query.get('apiKey')} not found.",
    }


class Service(ThreadingHTTPServer):
    """Answers with what it was told to, in order; the last again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, Any, dict[str, str]]] = []
        self.delay = 0.0
        self.asked: list[dict[str, str]] = []
        self.times: list[float] = []

    @property
    def domain(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def will_answer(self, *answers: Any) -> None:
        """Each a body for status 200, or a tuple of status, body and headers."""
        full = [one if isinstance(one, tuple) else (200, one) for one in answers]
        self.answers = [(*one, {})[:3] for one in full]

    @property
    def points(self) -> list[str]:
        return [one.get("at") or f"{one['lat']},{one['lon']}" for one in self.asked]


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append(query)
        self.server.times.append(time.monotonic())
        answers = self.server.answers
        status, body, headers = answers.pop(0) if len(answers) > 1 else answers[0]
        time.sleep(self.server.delay)
        if callable(body):
            body = body(query)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # nobody waited for it

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def serving() -> Iterator[Service]:
    with Service() as service:
        thread = threading.Thread(target=service.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()
