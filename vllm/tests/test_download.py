from adapter.download import Downloads
from adapter.errors import AdapterError, Refused

from .support import Request, StandIn, TemporaryFolder, sha256


class DownloadTest(TemporaryFolder):
    def setUp(self) -> None:
        super().setUp()
        self.waits: list[float] = []
        self.downloads = Downloads(timeout=10, sleep=self.waits.append)
        self.file = self.folder / "file"

    def download(self, server: StandIn, limit: int = 1000) -> str:
        return self.downloads.file(server.url + "/x?signature=s3cret", self.file, limit, {"Authorization": "k3y"})

    def test_file_arrives_with_its_hash(self) -> None:
        server = StandIn(self, lambda request: request.answer(200, b"content"))

        self.assertEqual(self.download(server), sha256(b"content"))
        self.assertEqual(self.file.read_bytes(), b"content")
        self.assertEqual(server.requests[0].headers["Authorization"], "k3y")

    def test_connection_that_breaks_off_is_tried_again_from_the_start(self) -> None:
        def respond(request: Request) -> None:
            request.begin(200, 7)
            request.write(b"con" if len(server.requests) == 1 else b"content")

        server = StandIn(self, respond)

        self.assertEqual(self.download(server), sha256(b"content"))
        self.assertEqual(self.waits, [1.0])

    def test_server_that_is_busy_is_asked_again_when_it_says(self) -> None:
        def respond(request: Request) -> None:
            if len(server.requests) == 1:
                request.answer(503, Retry_After="7")
            else:
                request.answer(200, b"content")

        server = StandIn(self, respond)

        self.download(server)
        self.assertEqual(self.waits, [7.0])

    def test_attempts_have_an_end_and_the_message_no_query(self) -> None:
        server = StandIn(self, lambda request: request.answer(500))

        with self.assertRaisesRegex(AdapterError, "4 times.*HTTP 500") as raised:
            self.download(server)
        self.assertEqual(self.waits, [1.0, 2.0, 4.0])
        self.assertNotIn("s3cret", str(raised.exception))

    def test_refusal_is_not_tried_again(self) -> None:
        server = StandIn(self, lambda request: request.answer(404))

        with self.assertRaises(Refused):
            self.download(server)
        self.assertEqual(self.waits, [])

    def test_more_bytes_than_the_limit_are_not_taken(self) -> None:
        announced = StandIn(self, lambda request: request.answer(200, bytes(1001)))
        with self.assertRaisesRegex(AdapterError, "larger than 1000 bytes"):
            self.download(announced)

        def unannounced(request: Request) -> None:
            request._handler.send_response(200)
            request._handler.end_headers()
            request.write(bytes(1001))

        with self.assertRaisesRegex(AdapterError, "larger than 1000 bytes"):
            self.download(StandIn(self, unannounced))

    def test_redirect_to_another_origin_does_not_carry_the_key(self) -> None:
        storage = StandIn(self, lambda request: request.answer(200, b"content"))
        server = StandIn(self, lambda request: request.answer(302, Location=storage.url + "/blob"))

        self.download(server)

        self.assertEqual(server.requests[0].headers["Authorization"], "k3y")
        self.assertNotIn("Authorization", storage.requests[0].headers)

    def test_redirect_within_the_origin_carries_the_key(self) -> None:
        def respond(request: Request) -> None:
            if request.path == "/moved":
                request.answer(200, b"content")
            else:
                request.answer(302, Location="/moved")

        server = StandIn(self, respond)

        self.download(server)

        self.assertEqual(server.requests[1].headers["Authorization"], "k3y")

    def test_addresses_that_are_not_http_are_refused(self) -> None:
        self.file.write_bytes(b"content")
        for url in (f"file://{self.file}", "ftp://127.0.0.1/x"):
            with self.subTest(url), self.assertRaisesRegex(AdapterError, "http"):
                self.downloads.file(url, self.folder / "other", 1000)
